resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name = "errors"
  threshold  = 
}

resource "aws_cloudwatch_metric_alarm" "latency" {
  alarm_name = "latency
}

package config

import "testing"

// TestLambdaBehindData: a data source that asks for a version of a function of this directory leads to the function.
func TestLambdaBehindData(t *testing.T) {
	d := clean(t, siteWith("", optimized+`
    lambda_function_association {
      event_type = "origin-request"
      lambda_arn = data.aws_lambda_function.live.qualified_arn
    }`, "")+`
resource "aws_lambda_function" "f" {
  function_name = "rewrite"
  filename      = "f.zip"
  handler       = "index.handler"
  runtime       = "nodejs20.x"
  publish       = true
}
data "aws_lambda_function" "live" {
  function_name = "rewrite"
  qualifier     = "7"
}`, Options{})
	t.Run("TF-211/data", func(t *testing.T) {
		behavior := d.Behaviors[len(d.Behaviors)-1]
		if fn := behavior.Associations[0].Function; fn == nil || fn.Name != "rewrite" {
			t.Errorf("got %+v, want rewrite", fn)
		}
	})
}

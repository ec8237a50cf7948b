from size import limit


def handler(event, context):
    return limit(event["Records"][0]["cf"]["request"])

// A request with the field X-Capture-Function is answered with what the function saw of it; any other goes on.
function handler(event) {
  var request = event.request;
  if (!request.headers['x-capture-function']) {
    return request;
  }
  return {
    statusCode: 200,
    statusDescription: 'OK',
    headers: { 'x-capture-function': { value: 'answered' }, 'cache-control': { value: 'no-store' } },
    body: JSON.stringify({ method: request.method, uri: request.uri, querystring: request.querystring })
  };
}

function handler(event) {
  var response = event.response;
  response.headers["x-frame-options"] = { value: "DENY" };
  return response;
}

function handler(event) {
  event.response.headers["strict-transport-security"] = { value: "max-age=600" };
  return event.response;
}

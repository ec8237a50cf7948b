import cf from "cloudfront";

const store = cf.kvs("${store}");

async function handler(event) {
  const request = event.request;
  if (await store.exists(request.uri)) {
    request.uri = await store.get(request.uri);
  }
  return request;
}

function handler(e){return e.request}

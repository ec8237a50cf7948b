// Routing in the browser. CloudFront answers a path that is no file with this application, as its error page for 404
// says; that is so for the paths of the other two applications as well, so those are sent on to where they live.

const elsewhere = [/^\/(god-mode)(?:\/(.*))?$/, /^\/(spaces)(?:\/(.*))?$/];

// show shows the page that the address names, and follows links between pages. Some pages have something to do first.
export function show(beginnings) {
  const pages = [...document.querySelectorAll("[data-route]")];
  const render = () => {
    for (const pattern of elsewhere) {
      const [, app, rest] = location.pathname.match(pattern) ?? [];
      if (app) {
        location.replace(`/${app}/index.html${rest ? `#/${rest}` : ""}`);
        return;
      }
    }
    const path = location.pathname === "/index.html" ? "/" : location.pathname;
    const page = pages.find((p) => p.dataset.route === path) ?? pages.find((p) => p.dataset.route === "elsewhere");
    pages.forEach((p) => { p.hidden = p !== page; });
    document.getElementById("missing").textContent = path;
    document.title = path === "/" ? "Plane" : `${page.querySelector("h1").textContent} · Plane`;
    for (const link of document.querySelectorAll("nav a")) {
      link.ariaCurrent = link.pathname === path ? "page" : null;
    }
    beginnings[path]?.();
    return page;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const ours = link?.origin === location.origin && pages.some((p) => p.dataset.route === link.pathname);
    if (!ours || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) {
      return;
    }
    event.preventDefault();
    history.pushState(null, "", link.href);
    render().querySelector("h1").focus();
  });
  addEventListener("popstate", render);
  render();
}

// The application of /: a form that leads to Django's sign-up, and a page that shows who answers which request.

import { show } from "/assets/router.js";

const form = document.getElementById("check");
const answer = document.getElementById("answer");
const account = document.getElementById("account");

// The form asks Django whether the address has an account, and goes on to Django's own form for signing up or in.
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const email = form.email.value;
  let response, body;
  try {
    response = await fetch("/auth/email-check/", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email }),
    });
    body = await response.text();
  } catch (error) {
    explain(`Nobody answers: ${error.message}`, "");
    return;
  }
  const facts = json(response, body);
  if (response.ok && facts) {
    location.assign(`/auth/${facts.existing ? "sign-in" : "sign-up"}/?${new URLSearchParams({ email })}`);
  } else if (facts) {
    explain(`${facts.error ?? "Something went wrong"} (${source(response)})`, body);
  } else if (response.status === 403) {
    explain(`The request was blocked (${source(response)})`, body);
  } else {
    explain(`This was not expected: ${source(response)}, and no JSON`, body);
  }
});

function explain(what, page) {
  answer.hidden = false;
  answer.querySelector("h2").textContent = what;
  answer.querySelector("details").hidden = page === "";
  answer.querySelector("iframe").srcdoc = page;
  answer.scrollIntoView({ block: "nearest" });
}

function source(response) {
  return `${response.status} from ${response.headers.get("server") ?? "an unnamed server"}`;
}

// json returns what a JSON answer says, and null for any other: behind CloudFront an error page may stand in its place.
function json(response, body) {
  return response.headers.get("content-type")?.startsWith("application/json") ? JSON.parse(body) : null;
}

async function whoami() {
  const response = await fetch("/api/me");
  const facts = json(response, await response.text());
  if (response.ok && facts) {
    account.textContent = facts.email;
    account.href = "/auth/account/";
  }
}

// One request for each prefix that the distribution knows, and for some that it does not.
const requests = [
  ["GET", "/index.html"],
  ["GET", "/god-mode/index.html"],
  ["GET", "/spaces/index.html"],
  ["GET", "/api/instances/"],
  ["POST", "/auth/email-check/"],
  ["GET", "/api/nowhere"],
];

async function ask() {
  const rows = requests.map(([method, path]) => {
    const row = document.createElement("tr");
    row.append(cell("th", `${method} ${path}`), cell("td", "…"), cell("td", ""), cell("td", ""));
    row.firstChild.scope = "row";
    return row;
  });
  document.getElementById("answers").replaceChildren(...rows);
  await Promise.all(requests.map(async ([method, path], i) => {
    try {
      const response = await fetch(path, { method });
      rows[i].children[1].textContent = response.status;
      rows[i].children[2].textContent = response.headers.get("server") ?? "";
      rows[i].children[3].textContent = response.headers.get("x-cache") ?? "";
    } catch (error) {
      rows[i].children[1].textContent = error.message;
    }
  }));
}

function cell(kind, text) {
  const element = document.createElement(kind);
  element.textContent = text;
  return element;
}

show({ "/who-answers": ask });
whoami().catch(() => {}); // not signed in, as far as can be told

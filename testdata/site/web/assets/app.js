"use strict";

// The form asks Django whether the address has an account, and goes on to Django's own form for signing up or in.
const form = document.getElementById("check");
const answer = document.getElementById("answer");
const account = document.getElementById("account");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const email = form.email.value;
  const response = await fetch("/auth/email-check/", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email }),
  });
  const body = await response.text();
  const facts = json(response, body);
  if (response.ok && facts) {
    location.assign(`/auth/${facts.existing ? "sign-in" : "sign-up"}/?${new URLSearchParams({ email })}`);
    return;
  }
  answer.hidden = false;
  answer.querySelector("h2").textContent =
    `${response.status} from ${response.headers.get("server") ?? "an unnamed server"}, and no JSON`;
  answer.querySelector("iframe").srcdoc = body;
});

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

whoami();

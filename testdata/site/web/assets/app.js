"use strict";

// The form asks Django whether the address has an account, and shows who answered what.
const form = document.getElementById("check");
const answer = document.getElementById("answer");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const response = await fetch("/auth/email-check/", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email: form.email.value }),
  });
  answer.hidden = false;
  answer.className = response.ok ? "good" : "bad";
  answer.querySelector("h2").textContent =
    `${response.status} from ${response.headers.get("server") ?? "an unnamed server"}`;
  answer.querySelector("pre").textContent = await response.text();
});

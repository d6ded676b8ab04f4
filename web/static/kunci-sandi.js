// Passkeys: asks the device, and hands its answer to the server, which decides.
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((one) => Object.assign({}, one, { id: bytes(one.id) }));

  const ask = async (url, fields) => {
    const answer = await fetch(url, { method: "POST", body: new URLSearchParams(fields), headers: { Accept: "application/json" } });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.said || body.title || "");
    return body;
  };

  const add = async (options) => {
    const made = await navigator.credentials.create({ publicKey: Object.assign({}, options, {
      challenge: bytes(options.challenge),
      user: Object.assign({}, options.user, { id: bytes(options.user.id) }),
      excludeCredentials: known(options.excludeCredentials),
    }) });
    return { id: made.id, rawId: made.id, type: made.type, response: {
      clientDataJSON: text(made.response.clientDataJSON),
      attestationObject: text(made.response.attestationObject),
    } };
  };

  const enter = async (options) => {
    const request = Object.assign({}, options, { challenge: bytes(options.challenge) });
    if (options.allowCredentials) request.allowCredentials = known(options.allowCredentials);
    const proof = await navigator.credentials.get({ publicKey: request });
    return { id: proof.id, rawId: proof.id, type: proof.type, response: {
      clientDataJSON: text(proof.response.clientDataJSON),
      authenticatorData: text(proof.response.authenticatorData),
      signature: text(proof.response.signature),
      userHandle: proof.response.userHandle ? text(proof.response.userHandle) : null,
    } };
  };

  const run = async (form) => {
    const said = form.querySelector("[data-passkey-said]");
    const button = form.querySelector("button[type='submit']");
    said.textContent = "";
    button.disabled = true;
    try {
      const fields = new FormData(form);
      const options = await ask(form.action, fields);
      let answer;
      try {
        answer = await (form.hasAttribute("data-passkey-add") ? add : enter)(options);
      } catch (refused) {
        throw new Error(form.dataset.failed); // the device's own words are not for people
      }
      fields.delete("sandi");
      fields.set("jawaban", JSON.stringify(answer));
      location.assign((await ask(form.dataset.finish, fields)).go);
    } catch (error) {
      said.textContent = error.message || form.dataset.failed;
      button.disabled = false;
    }
  };

  for (const form of document.querySelectorAll("form[data-passkey-add], form[data-passkey-enter]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      run(form);
    });
  }
  for (const none of document.querySelectorAll("[data-passkey-none]")) none.hidden = true;
})();

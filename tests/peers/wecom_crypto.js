// Opens our envelopes with the vendor's own package, and seals some for us.
const crypto = require(process.argv[2]);
const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
const [when, nonce] = ["1798765432", "77"];
const sign = (text) => crypto.getSignature(asked.token, when, nonce, text);
const answer = {
  opened: asked.ours.map((text) => crypto.decrypt(asked.key, text).message),
  signed: asked.ours.map(sign),
  sealed: asked.said.map((text) => {
    const encrypt = crypto.encrypt(asked.key, text, "ww1");
    return { encrypt, signature: sign(encrypt) };
  }),
};
process.stdout.write(JSON.stringify(answer));

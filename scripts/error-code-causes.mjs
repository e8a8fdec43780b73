// How to see which of several causes an error code has, where the client's token does not show it.
// tests/documents/run.mjs compares this with the table of the package.

export const HOW_TO_SEE = {
  40000: 'The message names the part that is malformed. `check-capability` reads a capability and marks the place.',
  40001: 'Compare the `Content-Type` of the request with its body.',
  40009: 'Measure the message as it is sent, with all that is published in the same call.',
  40010: 'The message has the name. Print it with `JSON.stringify`, which shows line breaks and empty names.',
  40014: 'In Chat, a released room or a closed client says so in the message; otherwise it passes by itself.',
  40100: 'The address in the error says which API refused: Ably itself, or `control.ably.net`.',
  40104:
    'Compare the clock of the server with `npx ably-edge-auth doctor URL`, which also asks twice: two equal answers come from a cache.',
  40105:
    '`npx ably-edge-auth doctor URL` asks twice: two equal answers come from a cache. Otherwise two clients share one.',
  40115:
    'The statistics of the app have the token requests; a rate that follows the number of clients comes from short lives, a rate that does not from a loop.',
  40121: 'A revocation by client id works if only channel targets are missing.',
  40130: 'The dashboard lists the keys of each app. The part of the name before the dot is the id of the app.',
  40170: '`npx ably-edge-auth doctor URL --origin ORIGIN` asks as ably-js does and reports each of these.',
  40300:
    'The `cause` of the error has the answer of the endpoint if that refused; otherwise Ably did, and the message says why.',
  40400: 'Compare the path in the message with the API; the ids are in the dashboard.',
  80000: 'The `cause` of the error has another code: look that up.',
  93002:
    'Compare the namespace, which is the name up to the first colon, with the rules of the app (`apps rules list`).',
  101001: 'If `enter()` was awaited, it has rejected with its own error.',
  102100: 'The state changes of the connection say how long it was away.',
};

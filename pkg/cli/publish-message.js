// The message of channels publish, from its argument and flags.

/**
 * Reads the message as the Ably CLI does: an object provides name, data and extras; any other JSON is the data.
 * @param {number} index of the message, from 1
 * @returns {{ shown: object, sent: object }} as the Ably CLI prints it, and as it is sent
 */
export function messageOf(template, { name, encoding, 'client-id': clientId }, index) {
  const text = template.replaceAll('{{.Count}}', String(index)).replaceAll('{{.Timestamp}}', String(Date.now()));
  const message = {};
  const put = (field, value) => value !== undefined && (message[field] = value);
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    value = text;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    put('name', name);
    // REST data is text or a JSON object or array, so a number is sent as typed.
    put('data', Array.isArray(value) ? value : text);
  } else {
    const { name: own, data, extras, ...rest } = value;
    put('name', name ?? own);
    put('extras', extras);
    put('data', data ?? (Object.keys(rest).length > 0 ? rest : undefined));
  }
  put('encoding', encoding);
  const sent = encoded(message);
  return { shown: message, sent: clientId && clientId.toLowerCase() !== 'none' ? { ...sent, clientId } : sent };
}

/** Sends data other than text as JSON text, with the encoding `json`. */
function encoded(message) {
  const { data, encoding } = message;
  if (data === undefined || typeof data === 'string') return message;
  return { ...message, data: JSON.stringify(data), encoding: encoding === undefined ? 'json' : `json/${encoding}` };
}

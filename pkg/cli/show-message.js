// A message of channels subscribe, in the layout of the Ably CLI.

/** @param {number} [sequence] the number of the message */
export function showMessage(output, { channel, message }, sequence) {
  const { id, name, clientId, connectionId, encoding, action, serial, version, annotations } = message;
  const timestamp = new Date(message.timestamp ?? Date.now()).toISOString();
  const data = message.data instanceof Uint8Array ? Buffer.from(message.data) : message.data;
  const numbered = sequence === undefined ? {} : { sequence };
  if (output.json !== undefined) {
    const shown = { id, timestamp, channel, event: name || undefined, clientId, connectionId, data, encoding, action };
    output.event({ message: { ...shown, serial, version, annotations, ...numbered }, ...numbered });
    return;
  }
  output.print(output.paint('dim', `${sequence === undefined ? '' : `[${sequence}] `}[${timestamp}]`));
  const fields = { ID: id, Timestamp: timestamp, Channel: channel, Event: name, Action: action };
  for (const [label, value] of Object.entries({ ...fields, 'Client ID': clientId, Serial: serial }))
    if (value) output.field(label, value);
  if (version?.serial && version.serial !== serial) output.field('Version', version.serial);
  if (annotations) output.field('Annotations', JSON.stringify(annotations.summary ?? annotations));
  output.field('Data', textOf(data));
  output.print('');
}

function textOf(data) {
  if (typeof data === 'string') return data;
  if (Buffer.isBuffer(data)) return data.toString('base64');
  return data === undefined ? '' : JSON.stringify(data, null, 2);
}

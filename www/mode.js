export const endpoint = () => 'https://main.realtime.ably.net';
export function startMode() {}

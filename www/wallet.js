// temporary
export function addToken() {}

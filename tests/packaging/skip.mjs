/** Thrown by a case that cannot be tried on this machine; the message says why. */
export class Skip extends Error {}

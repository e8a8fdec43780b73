// The certificate of a sandbox with TLS: the operator's own, or one that openssl makes.
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { promisify } from 'node:util';
import { AblyAuthError } from '../lib/error.js';

/** Apple's systems accept no certificate of a longer life. */
const DAYS = '397';
/** A certificate that ends sooner is made anew. */
const RENEW_MS = 7 * 24 * 3_600_000;

/**
 * @param {{ cert?: string, key?: string }} files the operator's own, in PEM
 * @param {string[]} names the names and addresses of the sandbox
 * @param {string} [kept] where the files are kept for later runs; else they are gone when the process ends
 * @returns {Promise<{ cert: Buffer, key: Buffer, trust: string, remove: () => void }>} `trust` is the file that
 *   clients have to trust
 */
export async function certificate({ cert, key }, names, kept) {
  if (cert === undefined && key === undefined)
    return kept === undefined ? inTemporaryFolder(names) : keptBy(kept, names);
  if (cert === undefined || key === undefined)
    throw usage('--tls-cert and --tls-key belong together', 'give both, or neither and --tls');
  const pair = { cert: read(cert), key: read(key) };
  try {
    createSecureContext(pair);
  } catch (cause) {
    // OpenSSL's own words have no secret in them.
    const message = `${cert} and ${key} are not a certificate and its key: ${cause.message}`;
    throw usage(message, 'give a certificate and its private key without a passphrase, both in PEM', cause);
  }
  return { ...pair, trust: cert, remove: () => {} };
}

async function inTemporaryFolder(names) {
  const folder = mkdtempSync(join(tmpdir(), 'ably-edge-auth-tls-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    return { ...(await made(names, join(folder, 'sandbox'))), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

async function keptBy(path, names) {
  const files = filesOf(path);
  let pair;
  try {
    pair = { cert: readFileSync(files.cert), key: readFileSync(files.key) };
    if (!isGood(new X509Certificate(pair.cert), names)) pair = undefined;
    else createSecureContext(pair);
  } catch {
    pair = undefined; // there is none yet, or a part of one
  }
  const remove = () => {};
  return pair ? { ...pair, trust: files.trust, remove } : { ...(await made(names, path)), remove };
}

const filesOf = (path) => ({ trust: `${path}.ca.pem`, cert: `${path}.cert.pem`, key: `${path}.key.pem` });

function isGood(certificate, names) {
  const covers = (name) => (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name));
  return Date.parse(certificate.validTo) - Date.now() > RENEW_MS && names.every(covers);
}

/**
 * An authority that signs one certificate, and whose key is then deleted: who trusts the authority trusts this sandbox
 * and nothing else.
 */
async function made(names, path) {
  const folder = mkdtempSync(join(tmpdir(), 'ably-edge-auth-ca-'));
  const at = (name) => join(folder, name);
  try {
    writeFileSync(at('config'), config(names));
    const common = ['-config', at('config'), '-sha256'];
    const newKey = ['-newkey', 'rsa:2048', '-nodes'];
    const authority = ['-subj', '/CN=ably-edge-auth sandbox', '-keyout', at('ca.key'), '-out', at('ca.pem')];
    await openssl(['req', '-x509', ...newKey, ...common, '-extensions', 'authority', '-days', DAYS, ...authority]);
    const own = ['-subj', '/CN=localhost', '-keyout', at('key.pem'), '-out', at('request')];
    await openssl(['req', ...newKey, ...common, ...own]);
    const signer = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-set_serial', `0x${Date.now().toString(16)}`];
    const extensions = ['-extfile', at('config'), '-extensions', 'server', '-sha256', '-days', DAYS];
    await openssl(['x509', '-req', '-in', at('request'), ...signer, ...extensions, '-out', at('cert.pem')]);
    const [trust, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFileSync(at(name)));
    const files = filesOf(path);
    writeFileSync(files.key, key, { mode: 0o600 });
    writeFileSync(files.cert, cert);
    writeFileSync(files.trust, trust);
    return { cert, key, trust: files.trust };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function config(names) {
  const alternatives = names.map((name, at) => `${isIP(name) ? 'IP' : 'DNS'}.${at + 1} = ${name}`);
  return `[req]
distinguished_name = name
prompt = no
[name]
CN = localhost
[authority]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = @alternatives
[alternatives]
${alternatives.join('\n')}
`;
}

async function openssl(args) {
  try {
    await promisify(execFile)('openssl', args);
  } catch (cause) {
    const remediation = 'give a certificate and its key: --tls-cert cert.pem --tls-key key.pem';
    if (cause.code === 'ENOENT')
      throw usage(
        'openssl, which makes the certificate, is not installed',
        `install openssl, or ${remediation}`,
        cause,
      );
    throw usage(`openssl could not make a certificate: ${cause.stderr?.trim() || cause.message}`, remediation, cause);
  }
}

function read(path) {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw usage(`cannot read ${path}: ${cause.message}`, 'give a file in PEM', cause);
  }
}

function usage(message, remediation, cause) {
  return new AblyAuthError({ kind: 'usage', message, path: 'tls', remediation, cause });
}

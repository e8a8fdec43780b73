// The libraries that run wherever WebCrypto does.
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import * as tsndr from '@tsndr/cloudflare-worker-jwt';
import * as hono from 'hono/jwt';
import * as jose from 'jose';

export const webPeers = { jose, hono, tsndr, noble: { hmac, sha256 } };

// Serves a Next route in Node.js, which Next loads the package in from node_modules.
//   node next-node.mjs FOLDER [ROUTE], with PORT and the route's own variables in the environment
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serveRoute } from './next-server.mjs';

const [, , folder, route = 'app/auth/route.js'] = process.argv;
serveRoute(await import(pathToFileURL(join(folder, route)).href), Request);

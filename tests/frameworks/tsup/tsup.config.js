export default { entry: ['server.mjs'], noExternal: ['ably-edge-auth'], platform: 'node' };

// The page's modules find the package at pkg/, where the server puts it; here it is beside www/. To be imported before
// any of them.
import { register } from 'node:module';

register(
  `data:text/javascript,${encodeURIComponent(`
    export const resolve = (specifier, context, next) =>
      next(specifier.startsWith('../pkg/') && context.parentURL?.includes('/www/') ? '../' + specifier : specifier, context);
  `)}`,
);

/** Subscribes a listener, then starts what it should hear; settles when it has heard it. */
export const heard = (subscribe, start) =>
  new Promise((resolve, reject) => {
    subscribe(resolve);
    Promise.resolve(start()).catch(reject);
  });

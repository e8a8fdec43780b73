// What a block uses of Express' types, which belong to no package that the tests install.
declare module 'express' {
  namespace express {
    interface Request {
      signedCookies: any;
    }
    interface Application {
      all(path: string, handler: (request: Request, response: any, next: (error?: any) => void) => unknown): void;
    }
  }
  function express(): express.Application;
  export = express;
}

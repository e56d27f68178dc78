/** The parts of undici by their places: the package describes only its index. */
declare module "undici/lib/dispatcher/client.js" {
  import type undici from "undici";

  const Client: typeof undici.Client;
  export = Client;
}

declare module "undici/lib/core/connect.js" {
  import type undici from "undici";

  const buildConnector: typeof undici.buildConnector;
  export = buildConnector;
}

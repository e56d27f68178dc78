import { lookup } from "node:dns/promises";
import { fail, type OpenFailure, type Result, succeed } from "../../src/driver/contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { openFailure } from "./failures.ts";

/** An endpoint with its name looked up. */
export interface Place {
  readonly address: string;
  readonly family: 4 | 6;
  readonly port: number;
}

/** Looks a name up once, when the device opens; IPv4 first, as most controllers know nothing else. */
export async function resolvePlace(endpoint: Endpoint, setting: string): Promise<Result<Place, OpenFailure>> {
  try {
    const { address, family } = await lookup(endpoint.host, { verbatim: false });
    return succeed({ address, family: family === 6 ? 6 : 4, port: endpoint.port });
  } catch (error) {
    return fail(openFailure(error, setting, endpoint));
  }
}

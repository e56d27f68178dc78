import { errorText } from "../../base/error-text.ts";
import { fail, type OpenFailure, type Result, succeed } from "../contract.ts";
import type { HidHandle } from "./handle.ts";

/** How a claimed device is opened, and how it is told that it could not be. */
interface Claiming<Handle extends HidHandle> {
  readonly path: string;
  /** Throws in the operating system's words. */
  open(): Promise<Handle>;
  tellFailure(why: string): OpenFailure;
}

type Claim = <Handle extends HidHandle>(claiming: Claiming<Handle>) => Promise<Result<Handle, OpenFailure>>;

/** Opens device files, each once until it is closed: on Linux a second opening would succeed, and each press count twice. */
export function createClaims(): Claim {
  const claims = new Set<string>();
  return async ({ path, open, tellFailure }) => {
    if (claims.has(path)) return fail(tellFailure("already in use by another device of this mapping"));
    claims.add(path);
    try {
      const handle = await open();
      // Let go of at once: a handle that hangs while it closes must not bar its successor.
      const close = () => {
        claims.delete(path);
        return handle.close();
      };
      return succeed({ ...handle, close });
    } catch (error) {
      claims.delete(path);
      return fail(tellFailure(errorText(error)));
    }
  };
}

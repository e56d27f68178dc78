import type { DialectTable } from "../dialect.ts";
import { addresses } from "./addresses/addresses.ts";
import { native } from "./native/native.ts";
import { none } from "./none.ts";
import { panopto } from "./panopto.ts";
import { smp } from "./smp/smp.ts";

/** The dialects of the bridge. A new one is a file or folder beside this one, and a word here. */
export const dialects: DialectTable = [native, smp, panopto, none, addresses];

import type { DeviceKind } from "../src/driver/contract.ts";
import { osc } from "./osc/driver.ts";
import { serial } from "./serial/driver.ts";
import { streamDeck } from "./stream-deck/driver.ts";
import { usbHid } from "./usb-hid/driver.ts";
import { virtual } from "./virtual/driver.ts";

/** Every kind of device. A new kind is one import and one entry. */
export const deviceKinds: readonly DeviceKind[] = [osc, serial, streamDeck, usbHid, virtual];

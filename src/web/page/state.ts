import { createField, type Field } from "./field.ts";
import { tellState } from "./naming.ts";
import type {
  BindingInfo,
  DeviceInfo,
  Greeting,
  HistogramInfo,
  LampInfo,
  LinkLine,
  MappingInfo,
  MarksInfo,
  Overview,
  RoomInfo,
  SimulatorInfo,
  Story,
} from "./protocol.ts";

/** Whether the bridge is heard; `sinceMs` is on the page's own clock. */
export interface Hearing {
  readonly state: "connecting" | "open" | "lost";
  readonly sinceMs: number;
}

/** All that the page knows, as the bridge last said it. */
export const hearing = createField<Hearing>({ state: "connecting", sinceMs: performance.now() });
export const greeting = createField<Greeting | undefined>(undefined);
export const rooms = createField<readonly RoomInfo[]>([]);
/** Each room's state in words: changes far less often than the rooms, whose ages go on. */
export const roomStates = createField<ReadonlyMap<string, string>>(new Map());
export const devices = createField<readonly DeviceInfo[] | undefined>(undefined);
export const overview = createField<Overview | undefined>(undefined);
export const stories = createField<readonly Story[]>([]);
export const mapping = createField<MappingInfo | undefined>(undefined);
export const marks = createField<MarksInfo | undefined>(undefined);
export const histograms = createField<readonly HistogramInfo[]>([]);
export const simulator = createField<SimulatorInfo | undefined>(undefined);
export const lastTouch = createField<
  { readonly device: string; readonly control: string; readonly what: string } | undefined
>(undefined);
/** What the bridge answered last to something that was asked in vain. */
export const complaint = createField("");

export function setRooms(all: readonly RoomInfo[]): void {
  rooms.set(all);
  const before = roomStates.value;
  const isSame = before.size === all.length && all.every((room) => before.get(room.name) === tellState(room));
  if (!isSame) roomStates.set(new Map(all.map((room) => [room.name, tellState(room)])));
}

const lines = new Map<string, Field<readonly LinkLine[]>>();
const bindings = new Map<string, Field<readonly BindingInfo[]>>();
const lamps = new Map<string, Field<LampInfo | undefined>>();

export const linesOf = (device: string) => fieldIn(lines, device, [] as readonly LinkLine[]);
export const bindingsOf = (device: string) => fieldIn(bindings, device, [] as readonly BindingInfo[]);
export const lampOf = (device: string, control: string) =>
  fieldIn(lamps, `${device}\n${control}`, undefined as LampInfo | undefined);

function fieldIn<Value>(table: Map<string, Field<Value>>, key: string, first: Value): Field<Value> {
  const known = table.get(key);
  if (known !== undefined) return known;
  const field = createField(first);
  table.set(key, field);
  return field;
}

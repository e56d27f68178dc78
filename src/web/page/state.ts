import { createField, type Field } from "./field.ts";
import type { Greeting } from "./messages.ts";
import type { TopicMessage } from "./pages.ts";
import type {
  BindingInfo,
  DeviceInfo,
  LampInfo,
  LinkTalk,
  MappingInfo,
  Overview,
  RoomInfo,
} from "./protocol.ts";
import { tellState } from "./room-words.ts";

/** Whether there is a connection to the bridge; `sinceMs` is on the page's own clock. */
interface Contact {
  readonly state: "connecting" | "open" | "lost";
  readonly sinceMs: number;
}

/** The rooms before the bridge has said which there are. */
export const unheardRooms: readonly RoomInfo[] = [];

/** All that the page knows, as the bridge last said it. */
export const contact = createField<Contact>({ state: "connecting", sinceMs: performance.now() });
/** The bridge's first message; nothing before it. */
export const greeting = createField<Greeting | undefined>(undefined);
/** Every room, in the order of the mapping. */
export const rooms = createField<readonly RoomInfo[]>(unheardRooms);
/** Each room's state in words: changes far less often than the rooms, whose ages go on. */
export const roomStates = createField<ReadonlyMap<string, string>>(new Map());
/** What people call each room, by its name. */
export const roomLabels = createField<ReadonlyMap<string, string>>(new Map());
/** Every device, in the order of the mapping; nothing before the first answer. */
export const devices = createField<readonly DeviceInfo[] | undefined>(undefined);
/** How the bridge is; nothing before the first answer. */
export const overview = createField<Overview | undefined>(undefined);
/** The mapping file; nothing until it was asked for. */
export const mapping = createField<MappingInfo | undefined>(undefined);
/** What the bridge answered last to something that was asked in vain. */
export const complaint = createField("");

/** The rooms are these now. */
export function setRooms(all: readonly RoomInfo[]): void {
  rooms.set(all);
  const labels = roomLabels.value;
  if (labels.size !== all.length || !all.every(({ name, label }) => labels.get(name) === label))
    roomLabels.set(new Map(all.map(({ name, label }) => [name, label])));
  const before = roomStates.value;
  const isSame = before.size === all.length && all.every((room) => before.get(room.name) === tellState(room));
  if (!isSame) roomStates.set(new Map(all.map((room) => [room.name, tellState(room)])));
}

type TopicType = TopicMessage["type"];
type MessageOf<Type extends TopicType> = Extract<TopicMessage, { readonly type: Type }>;

const topics = new Map<TopicType, (message: TopicMessage) => void>();

/** What a page keeps of the messages of a topic: `read` makes it of each message and of what was kept before. */
export function readTopic<Type extends TopicType, Value>(
  type: Type,
  first: Value,
  read: (message: MessageOf<Type>, before: Value) => Value,
): Field<Value> {
  const field = createField(first);
  topics.set(type, (message) => field.set(read(message as MessageOf<Type>, field.value)));
  return field;
}

/** A message of a topic has come. */
export function takeTopic(message: TopicMessage): void {
  topics.get(message.type)?.(message);
}

const talks = new Map<string, Field<LinkTalk | undefined>>();
const bindings = new Map<string, Field<readonly BindingInfo[]>>();
const lamps = new Map<string, Field<LampInfo | undefined>>();

/** What is said on a device's link; nothing before it was told. */
export const talkOf = (device: string) => fieldIn(talks, device, undefined as LinkTalk | undefined);
/** What the controls of a device mean. */
export const bindingsOf = (device: string) => fieldIn(bindings, device, untoldBindings);
/** Those of a device before the bridge has told them. */
export const untoldBindings: readonly BindingInfo[] = [];
/** What a lamp or a text display shows; nothing before it was told. */
export const lampOf = (device: string, control: string) =>
  fieldIn(lamps, `${device}\n${control}`, undefined as LampInfo | undefined);

function fieldIn<Value>(table: Map<string, Field<Value>>, key: string, first: Value): Field<Value> {
  const known = table.get(key);
  if (known !== undefined) return known;
  const field = createField(first);
  table.set(key, field);
  return field;
}

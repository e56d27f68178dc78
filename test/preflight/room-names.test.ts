import { expect, test } from "vitest";
import { onlyServer, roomName, valtRoomId } from "../../src/base/identifiers.ts";
import { fail, succeed } from "../../src/base/result.ts";
import type { Mapping } from "../../src/mapping/mapping.ts";
import { overhearNames, RoomNames } from "../../src/preflight/room-names.ts";
import type { ValtClient } from "../../src/valt/client.ts";
import { createFakeClock, settle } from "../support/fake-clock.ts";
import { createAskedList, failures } from "../support/fake-valt.ts";

const GUARDED = roomName("interview-1");
const OPEN = roomName("interview-2");
const ID = valtRoomId(4);

function createSetting(server: "up" | "down" = "up") {
  const clock = createFakeClock();
  const rooms = new Map([
    [GUARDED, { name: GUARDED, server: onlyServer, id: ID, serverName: "Interview 1" }],
    [OPEN, { name: OPEN, server: onlyServer, id: valtRoomId(5), serverName: undefined }],
  ]);
  const { asked, ask } = createAskedList<{ name: string }>();
  const heard: string[] = [];
  const bare = { roomInfo: (room: typeof ID) => ask("info", room, {}) } as unknown as ValtClient;
  const valt = overhearNames(bare, (id, name) => names.hear(onlyServer, id, name));
  const names = new RoomNames({
    clock,
    mapping: () => ({ rooms, timing: { pressDeadlineMs: 2000 } }) as unknown as Mapping,
    valt: () => valt,
    state: () => server,
    heard: (room) => heard.push(`${room} ${names.findFault(room) === undefined ? "right" : "wrong"}`),
  });
  const verify = (room = GUARDED) => {
    const verdict = { said: "nothing yet" };
    const asking = names.verify(room, clock.monotonicMs());
    void asking?.then((said) => Object.assign(verdict, { said }));
    return asking === undefined ? undefined : verdict;
  };
  return { clock, names, asked, heard, verify };
}

test("a name that was heard within half a minute counts without asking", async () => {
  const { names, verify, asked, clock } = createSetting();
  names.hear(onlyServer, ID, "Interview 1");
  await clock.advance(29_000);
  expect(verify()).toBeUndefined();
  expect(asked).toEqual([]);
});

test("an older one is asked anew, once for presses that come together", async () => {
  const { names, verify, asked, clock, heard } = createSetting();
  names.hear(onlyServer, ID, "Interview 1");
  await clock.advance(31_000);
  const [one, other] = [verify(), verify()];
  expect(asked).toHaveLength(1);
  asked[0]!.answer({ name: "Waiting room" });
  await settle();
  expect([one?.said, other?.said]).toEqual(["wrong", "wrong"]);
  expect(heard).toEqual(["interview-1 right", "interview-1 wrong"]);
  expect(names.findFault(GUARDED)).toBe(
    'room 4 ("interview-1") is called "Waiting room" on the server, not "Interview 1"',
  );
  expect(verify()).toBeUndefined();
});

test("a slow answer holds a press for half of its deadline, and then what is known counts", async () => {
  const { verify, clock, asked } = createSetting();
  const verdict = verify();
  await clock.advance(999);
  expect(verdict?.said).toBe("nothing yet");
  await clock.advance(2);
  expect(verdict?.said).toBe("right");
  asked[0]!.answer({ name: "Waiting room" });
  await settle();
  expect(verify()).toBeUndefined();
});

test("an answer that cannot be had ends the waiting, and is asked for again with the next press", async () => {
  const { names, verify, asked, clock } = createSetting();
  names.hear(onlyServer, ID, "Waiting room");
  await clock.advance(60_000);
  const verdict = verify();
  asked[0]!.refuse(failures.refused);
  await settle();
  expect(verdict?.said).toBe("wrong");
  expect(verify()?.said).toBe("nothing yet");
});

test("nobody asks for a room that may have any name, nor while the server is down", () => {
  expect(createSetting().verify(OPEN)).toBeUndefined();
  expect(createSetting("down").verify()).toBeUndefined();
});

test("a name is found without a walk through all rooms, also after an edit", () => {
  let walks = 0;
  const roomsFrom = (first: number) => {
    const ids = Array.from({ length: 1000 }, (_, index) => first + index);
    const rooms = new Map(
      ids.map((id) => [roomName(`room-${id}`), { name: roomName(`room-${id}`), server: onlyServer, id }]),
    );
    const values = rooms.values.bind(rooms);
    return Object.assign(rooms, {
      values: () => {
        walks++;
        return values();
      },
    });
  };
  let rooms = roomsFrom(1);
  const heard: string[] = [];
  const names = new RoomNames({
    clock: createFakeClock(),
    mapping: () => ({ rooms }) as unknown as Mapping,
    valt: () => ({}) as never,
    state: () => "up",
    heard: (room) => heard.push(room),
  });
  const hearAll = () => {
    for (let id = 1; id <= 2000; id++) names.hear(onlyServer, valtRoomId(id), "x");
  };
  hearAll();
  expect(heard).toHaveLength(1000);
  rooms = roomsFrom(1001);
  hearAll();
  expect(heard).toHaveLength(2000);
  expect(heard.at(-1)).toBe("room-2000");
  expect(walks).toBe(2);
});

test("another server has other rooms", () => {
  const { names } = createSetting();
  names.hear(onlyServer, ID, "Waiting room");
  names.forget(onlyServer);
  expect(names.findFault(GUARDED)).toBeUndefined();
});

test("the list of rooms and what is asked of one room are overheard, failures are not", async () => {
  const told: string[] = [];
  const answers = [succeed([{ id: ID, name: "Interview 1" }]), fail(failures.unreachable)];
  const bare = {
    rooms: () => Promise.resolve(answers.shift()),
    roomInfo: () => Promise.resolve(succeed({ id: ID, name: "Interview 2" })),
  } as unknown as ValtClient;
  const valt = overhearNames(bare, (id, name) => told.push(`${id} ${name}`));
  await valt.rooms();
  await valt.rooms();
  await valt.roomInfo(ID);
  expect(told).toEqual(["4 Interview 1", "4 Interview 2"]);
});

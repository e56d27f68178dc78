/**
 * What Linux calls its keys: `key-f13`, `key-enter`, `key-a`, `button-0`, after the words of the kernel's
 * input-event-codes.h in lower case. A code without a name here is called by its number: `key-code-700`.
 */
export function keyName(code: number): string {
  return names.get(code) ?? `key-code-${code}`;
}

/** The code of a name, or undefined when no key is called so. */
export function keyCode(name: string): number | undefined {
  const number = /^key-code-(\d{1,3})$/.exec(name)?.[1];
  return codes.get(name) ?? (number === undefined ? undefined : Number(number));
}

/** Everything that `keyCode` finds by name, for hints. */
export function keyNames(): readonly string[] {
  return [...codes.keys()];
}

/** Runs of codes: the first, what their names begin with, and the names in order; a dot is a code without one. */
const runs: readonly (readonly [first: number, prefix: string, names: string])[] = [
  [
    1,
    "key-",
    `
    esc 1 2 3 4 5 6 7 8 9 0 minus equal backspace tab q w e r t y u i o p leftbrace rightbrace enter
    leftctrl a s d f g h j k l semicolon apostrophe grave leftshift backslash z x c v b n m comma dot
    slash rightshift kpasterisk leftalt space capslock f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 numlock scrolllock
    kp7 kp8 kp9 kpminus kp4 kp5 kp6 kpplus kp1 kp2 kp3 kp0 kpdot . zenkakuhankaku 102nd f11 f12 ro
    katakana hiragana henkan katakanahiragana muhenkan kpjpcomma kpenter rightctrl kpslash sysrq
    rightalt linefeed home up pageup left right end down pagedown insert delete macro mute volumedown
    volumeup power kpequal kpplusminus pause scale kpcomma hangeul hanja yen leftmeta rightmeta compose
    stop again props undo front copy open paste find cut help menu calc setup sleep wakeup file sendfile
    deletefile xfer prog1 prog2 www msdos coffee rotate-display cyclewindows mail bookmarks computer
    back forward closecd ejectcd ejectclosecd nextsong playpause previoussong stopcd record rewind phone
    iso config homepage refresh exit move edit scrollup scrolldown kpleftparen kprightparen new redo f13
    f14 f15 f16 f17 f18 f19 f20 f21 f22 f23 f24 . . . . . playcd pausecd prog3 prog4 all-applications
    suspend close play fastforward bassboost print hp camera sound question email chat search connect
    finance sport shop alterase cancel brightnessdown brightnessup media switchvideomode kbdillumtoggle
    kbdillumdown kbdillumup send reply forwardmail save documents battery bluetooth wlan uwb unknown
    video-next video-prev brightness-cycle brightness-auto display-off wwan rfkill micmute`,
  ],
  [
    0x100,
    "button-",
    `
    0 1 2 3 4 5 6 7 8 9 . . . . . . left right middle side extra forward back task`,
  ],
  [
    0x120,
    "button-",
    `
    trigger thumb thumb2 top top2 pinkie base base2 base3 base4 base5 base6 . . . dead south east c
    north west z tl tr tl2 tr2 select start mode thumbl thumbr`,
  ],
  [
    0x160,
    "key-",
    `
    ok select goto clear power2 option info time vendor archive program channel favorites epg pvr mhp
    language title subtitle angle full-screen mode keyboard aspect-ratio pc tv tv2 vcr vcr2 sat sat2 cd
    tape radio tuner player text dvd aux mp3 audio video directory list memo calendar red green yellow
    blue channelup channeldown first last ab next restart slow shuffle break previous digits teen twen
    videophone games zoomin zoomout zoomreset wordprocessor editor spreadsheet graphicseditor
    presentation database news voicemail addressbook messenger displaytoggle spellcheck logoff dollar
    euro frameback frameforward context-menu media-repeat 10channelsup 10channelsdown images .
    notification-center pickup-phone hangup-phone link-phone del-eol del-eos ins-line del-line`,
  ],
  [
    0x200,
    "key-",
    `
    numeric-0 numeric-1 numeric-2 numeric-3 numeric-4 numeric-5 numeric-6 numeric-7 numeric-8 numeric-9
    numeric-star numeric-pound numeric-a numeric-b numeric-c numeric-d camera-focus wps-button
    touchpad-toggle touchpad-on touchpad-off camera-zoomin camera-zoomout camera-up camera-down
    camera-left camera-right attendant-on attendant-off attendant-toggle lights-toggle`,
  ],
  [
    0x220,
    "button-",
    `
    dpad-up dpad-down dpad-left dpad-right`,
  ],
  // Buttons 17 and up of a joystick with many (BTN_TRIGGER_HAPPY1 to 40), and a keyboard's macro keys.
  [0x2c0, "button-happy-", counted(40)],
  [0x290, "key-macro-", counted(30)],
];

const names = new Map(
  runs.flatMap(([first, prefix, text]) =>
    text
      .trim()
      .split(/\s+/)
      .map((name, index) => [first + index, `${prefix}${name}`] as const)
      .filter(([, name]) => name !== `${prefix}.`),
  ),
);
const codes = new Map([...names].map(([code, name]) => [name, code] as const));

function counted(count: number): string {
  return Array.from({ length: count }, (_, index) => index + 1).join(" ");
}

/** What breaks the rules about circles and exports today. Each list may only shrink. */

/** Files that reach each other by imports, those of types included. */
export const CIRCLES: readonly string[] = [];

/** Exports that tests alone take, to look at a part that nothing outside of its file needs. */
export const TEST_ENTRANCES: readonly string[] = [
  "devices/osc/inbox.ts: MOST_OF_ONE",
  "devices/osc/inbox.ts: MOST_OF_ALL",
  "src/action/action.ts: refusalBriefs",
  "src/action/action.ts: failureBriefs",
  "src/alarm/alarm.ts: alarmKinds",
  "src/bridge/mapping-vocabulary.ts: assembleVocabulary",
  "src/cli/commands/licences.ts: listPackages",
  "src/cli/commands/schema.ts: renderSchema",
  "src/feedback/rules.ts: conditionOf",
  "src/link/dialects/panopto.ts: panoptoCommands",
  "src/web/errands.ts: TOO_OFTEN",
  "src/cli/doctor/udev.ts: examineRules",
  "src/cli/service/notify.ts: watchdogMs",
  "src/cli/service/notify.ts: describeForManager",
  "src/panel/key-image/tones.ts: contrast",
  "devices/osc/route.ts: MOST_ROUTES",
  "devices/serial/discovery.ts: readNames",
  "devices/serial/discovery.ts: describePorts",
  "devices/stream-deck/usb-bus.ts: readEntries",
];

/** Exports that nobody takes. */
export const UNUSED_EXPORTS: readonly string[] = [
  "src/bridge.ts: BridgeOptions",
  "src/action/action.ts: PlainWish",
  "src/action/decide.ts: Toggle",
  "src/action/marks.ts: MarkTools",
  "src/action/perform.ts: PerformTools",
  "src/action/perform.ts: CommandRecord",
  "src/action/recording-name.ts: RecordingHabits",
  "src/bridge/alarm-service.ts: AlarmServiceTools",
  "src/bridge/console-source.ts: TouchAnswer",
  "src/bridge/console-source.ts: SourceParts",
  "src/bridge/current-server.ts: CurrentServerTools",
  "src/bridge/device-supervisor.ts: SupervisorTools",
  "src/bridge/dispatcher.ts: ActionDispatcherTools",
  "src/bridge/panel-output.ts: PanelOutputTools",
  "src/bridge/room-monitor.ts: RoomMonitorTools",
  "src/bridge/status.ts: BridgeParts",
  "src/driver/contract.ts: SettingsProposal",
  "src/driver/in-slices.ts: ByteSource",
  "src/gesture/gesture.ts: gestureKinds",
  "src/gesture/recognize.ts: Moment",
  "src/gesture/recognizer.ts: RecognizerTools",
  "devices/stream-deck/binding.ts: Wanted",
  "devices/stream-deck/deck.ts: DeckUnit",
  "devices/stream-dock/usb.ts: UsbBus",
  "devices/usb-hid/evdev/input-file.ts: InputFileTools",
];

#!/usr/bin/python3
"""emulated-usb.py EMULATION MODEL=SERIAL... -- COMMAND...

Runs COMMAND on a machine that seems to have these Stream Decks, or X-keys panels (model xkeys, no serial number: the
ports 1-1, 1-2 and so on tell them apart). umockdev plays /sys, udev's data and the folder /dev;
a preloaded shim plays /dev/hidrawN; a model of the firmware answers behind it. All three see the same plugging and
unplugging. COMMAND gets EMULATED_DECKS (JSON: model, serial number, control socket) and EMULATION_PRELOAD, the
LD_PRELOAD for whatever is to see the decks.
"""
import json, os, shutil, socket, subprocess, sys, tempfile, threading

if "libumockdev-preload" not in os.environ.get("LD_PRELOAD", ""):
    os.execvp("umockdev-wrapper", ["umockdev-wrapper", sys.executable, os.path.abspath(__file__), *sys.argv[1:]])

import gi
gi.require_version("UMockdev", "1.0")
from gi.repository import UMockdev

emulation = os.path.abspath(sys.argv[1])
command = sys.argv[sys.argv.index("--") + 1:]
decks = [word.split("=") for word in sys.argv[2:sys.argv.index("--")]]
PRODUCTS = {"MK2": (0x0FD9, 0x0080, "Stream Deck MK.2"), "XL": (0x0FD9, 0x006C, "Stream Deck XL"), "xkeys": (0x05F3, 0x0405, "XK-24 HID")}
MAKERS = {0x0FD9: "Elgato", 0x05F3: "P. I. Engineering"}
CONTROLLER = "/devices/pci0000:00/0000:00:14.0"
HUB_DESCRIPTOR = "12010002090001406B1D020013050302010109021900010100E0000904000001090000000705810304000C"
HUB = f"""P: {CONTROLLER}
E: SUBSYSTEM=pci
E: DRIVER=xhci_hcd

P: {CONTROLLER}/usb1
N: bus/usb/001/001={HUB_DESCRIPTOR}
E: DEVNAME=/dev/bus/usb/001/001
E: DEVTYPE=usb_device
E: SUBSYSTEM=usb
E: DRIVER=usb
A: idVendor=1d6b\\n
A: idProduct=0002\\n
H: descriptors={HUB_DESCRIPTOR}

"""

machine = UMockdev.Testbed.new()
machine.add_from_string(HUB)
one_at_a_time = threading.Lock()  # the decks are plugged from threads of their own


class Deck:
    def __init__(self, index, model, serial, folder):
        self.index, self.model, self.serial = index, model, serial
        self.control, self.device, self.bus = (f"{folder}/{index}.{name}" for name in ("control", "device", "bus"))
        self.parts = describe(index, model, serial)
        self.is_plugged = False
        self.came_up = threading.Event()
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(self.bus)
        listener.listen(1)
        threading.Thread(target=self.follow, args=[listener], daemon=True).start()

    def follow(self, listener):
        for line in listener.accept()[0].makefile():
            with one_at_a_time:
                self.plug() if line.strip() == "plug" else self.unplug()
            self.came_up.set()

    def plug(self):
        if self.is_plugged:
            return
        for path, text in self.parts:
            machine.add_from_string(text)
            machine.uevent(f"/sys{path}", "add")
        # Opening it is the shim's business: this is what a watch on /dev sees.
        open(f"{machine.get_root_dir()}/dev/hidraw{self.index}", "w").close()
        self.is_plugged = True

    def unplug(self):
        if not self.is_plugged:
            return
        os.unlink(f"{machine.get_root_dir()}/dev/hidraw{self.index}")
        for path, _ in reversed(self.parts):
            machine.uevent(f"/sys{path}", "remove")
            machine.remove_device(f"/sys{path}")
        self.is_plugged = False


def describe(index, model, serial):
    """The deck and its parts as the kernel lists them, the parent first."""
    vendor, product, name = PRODUCTS[model]
    report, usb = descriptors(model)
    usb_path = f"{CONTROLLER}/usb1/1-{index + 1}"
    interface_path = f"{usb_path}/1-{index + 1}:1.0"
    hid_path = f"{interface_path}/0003:{vendor:04X}:{product:04X}.{index + 1:04X}"
    number = f"{index + 11:03}"
    return [(usb_path, f"""P: {usb_path}
N: bus/usb/001/{number}={usb}
E: DEVNAME=/dev/bus/usb/001/{number}
E: DEVTYPE=usb_device
E: SUBSYSTEM=usb
E: DRIVER=usb
E: PRODUCT={vendor:x}/{product:x}/200
A: bcdDevice=0200\\n
A: idVendor={vendor:04x}\\n
A: idProduct={product:04x}\\n
A: manufacturer={MAKERS[vendor]}\\n
A: product={name}\\n
A: serial={serial}\\n
H: descriptors={usb}

"""), (interface_path, f"""P: {interface_path}
E: DEVTYPE=usb_interface
E: SUBSYSTEM=usb
E: DRIVER=usbhid
A: bInterfaceNumber=00\\n
A: bInterfaceClass=03\\n

"""), (hid_path, f"""P: {hid_path}
E: SUBSYSTEM=hid
E: DRIVER=hid-generic
E: HID_ID=0003:{vendor:08X}:{product:08X}
E: HID_NAME={MAKERS[vendor]} {name}
E: HID_UNIQ={serial}
H: report_descriptor={report}

"""), (f"{hid_path}/hidraw/hidraw{index}", f"""P: {hid_path}/hidraw/hidraw{index}
E: DEVNAME=/dev/hidraw{index}
E: MAJOR=240
E: MINOR={index}
E: SUBSYSTEM=hidraw
A: dev=240:{index}\\n
L: device=../../../{os.path.basename(hid_path)}

""")]


def descriptors(model):
    made = "FakeXkeys()" if model == "xkeys" else f'FakeDeck({{ model: "{model}" }})'
    code = f"""import {{ FakeDeck }} from "{emulation}/js/lib/fakedeck.mjs";
import {{ FakeXkeys }} from "{emulation}/js/lib/fakexkeys.mjs";
import {{ UsbHid }} from "{emulation}/js/lib/usbdev.mjs";
const deck = new {made}, usb = new UsbHid(deck);
console.log(deck.descriptor.toString("hex").toUpperCase(), Buffer.concat([usb.device, usb.config]).toString("hex").toUpperCase());"""
    return subprocess.run(["node", "--input-type=module", "-e", code],
                          capture_output=True, text=True, check=True, env=plain).stdout.split()


plain = {name: value for name, value in os.environ.items() if name not in ("LD_PRELOAD", "UMOCKDEV_DIR")}
folder = tempfile.mkdtemp(prefix="emulated-usb.")
plugged = [Deck(index, model, serial, folder) for index, (model, serial) in enumerate(decks)]
firmware = [subprocess.Popen(["node", f"{emulation}/js/lib/fakedeck-shim.mjs", "--model", deck.model, "--serial", deck.serial,
                              "--dev", deck.device, "--ctl", deck.control, "--bus", deck.bus], env=plain, stderr=subprocess.DEVNULL)
            for deck in plugged]
try:
    if not all(deck.came_up.wait(10) for deck in plugged):
        sys.exit("an emulated deck did not come up")
    code = subprocess.run(command, env=dict(
        plain,
        UMOCKDEV_DIR=machine.get_root_dir(),
        EMULATION_PRELOAD=f"{emulation}/shim/hidshim.so:libumockdev-preload.so.0",
        HIDSHIM=",".join(f"/dev/hidraw{deck.index}=240:{deck.index}={deck.device}" for deck in plugged),
        EMULATED_DECKS=json.dumps([{"model": deck.model, "serialNumber": deck.serial, "control": deck.control} for deck in plugged]),
    )).returncode
finally:
    for process in firmware:
        process.terminate()
        process.wait()
    shutil.rmtree(folder, ignore_errors=True)
sys.exit(code)

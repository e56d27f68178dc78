"""Drives the vendor's own client through a day in a room and prints what it said, as one JSON object.

Usage: vendor-client.py CHECKOUT URL USERNAME PASSWORD
"""

import json
import os
import sys
import tempfile
import time

checkout, url, username, password = sys.argv[1:5]
sys.path.insert(0, checkout)

from valt.valt import VALT  # noqa: E402

os.chdir(tempfile.mkdtemp())  # its log file goes where nobody looks
said = {}
client = VALT(url, username, password, timeout=10, logpath="vendor.log")
six = client.version.startswith("6")
said["version"] = client.version
said["rooms"] = len(client.get_rooms())
said["status"] = [client.get_room_status(1)]


def step(name, value):
    said[name] = value
    said["status"].append(client.get_room_status(1))


step("started", client.start_recording(1, "Vendor client", author=4))
said["again"] = client.start_recording(1, "Vendor client")
time.sleep(1.1)  # it refuses to comment in the first second
step("commented", client.add_comment(1, "Disclosure"))
said["recording"] = client.get_recording_id(1)
step("paused", client.pause_recording(1))
step("resumed", client.resume_recording(1))
step("stopped", client.stop_recording(1))
said["records"] = client.get_records(search="vendor")
said["shared"] = client.set_sharing(said["started"], users=[3], groups=[1])
step("locked", client.lock_room(1))
step("unlocked", client.unlock_room(1))
said["cameras"] = len(client.get_cameras(1)) + len(client.get_all_cameras())
said["card"] = client.get_user_by_card_number("482913")
said["unknown card"] = client.get_user_by_card_number("000000")
notes = "comment" if six else "marker"
said["group"] = client.create_user_group(
    "Vendor group", template={notes: 2, "information": 1}, rooms=[1], retention={"type": "infinitely"}
)
said["group deleted"] = client.delete_user_group(said["group"])
said["templates"] = len(client.get_admin_templates())
said["rights"] = client.get_rights_by_type(client.get_rights()[0]["name"])["name"]
start = int(time.time()) + 7200
schedule = client.create_schedule("Vendor schedule", 1, start, 3600)
said["schedule"] = client.get_schedule(schedule)["name"]
if six:
    camera = client.get_cameras(1)[0]["id"]
    preset = client.create_camera_preset(camera, "Vendor preset")
    said["presets"] = len(client.get_camera_presets(camera))
    said["preset applied"] = client.apply_camera_preset(camera, preset)
    said["preset deleted"] = client.delete_camera_preset(camera, preset)
    said["comments"] = [c["message"] for c in client.get_comments_by_record(said["started"])]
    said["comment templates"] = len(client.get_templates("comment")["templates"])
    if client.version >= "6.5":
        said["room schedule"] = client.get_room_schedule(1)[0][2]
said["schedule deleted"] = client.delete_schedule(schedule)
said["error"] = client.errormsg
client.disconnect()
print(json.dumps(said))

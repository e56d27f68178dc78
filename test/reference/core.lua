-- A Q-SYS Core's socket on stdin and stdout, and its controls. Starts when the room is idle, stops when it records, ends when it is idle again.
Controls = { Start = {}, Stop = {}, Recording = {}, State = {} }
local socket, line = {}, nil
function socket:Write(text) io.stdout:write(text) io.stdout:flush() end
function socket:ReadLine() local read = line; line = nil; return read end
function socket:Connect() self.IsConnected = true end
TcpSocket = { EOL = { Any = 1 }, New = function() return socket end }

assert(loadfile(arg[1]))()
socket.Connected()
local shown, pressed = "", nil
for heard in io.lines() do
  line = heard:gsub("\r$", "")
  socket.Data()
  local state = Controls.State.String
  if state ~= nil and shown:match("%u+$") ~= state then
    shown = shown .. " " .. (Controls.Recording.Boolean and "lit " or "dark ") .. state
  end
  if state == "IDLE" and pressed == "Stop" then break end
  if state == "IDLE" and pressed == nil then pressed = "Start" Controls.Start.EventHandler() end
  if state == "RECORDING" and pressed == "Start" then pressed = "Stop" Controls.Stop.EventHandler() end
end
io.stderr:write(shown)

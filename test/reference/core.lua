-- A Q-SYS Core's socket on stdin and stdout, and its controls: single ones, or with a second argument as many of each. Starts the
-- last room when it is idle, stops when it records, ends when it is idle again.
local count = tonumber(arg[2])
Controls = { Start = {}, Stop = {}, Recording = {}, State = {} }
for _, control in pairs(Controls) do
  for index = 1, count or 0 do control[index] = {} end
end
local function at(name) return count and Controls[name][count] or Controls[name] end
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
  local state = at("State").String
  if state ~= nil and shown:match("%u+$") ~= state then
    shown = shown .. " " .. (at("Recording").Boolean and "lit " or "dark ") .. state
  end
  if state == "IDLE" and pressed == "Stop" then break end
  if state == "IDLE" and pressed == nil then pressed = "Start" at("Start").EventHandler() end
  if state == "RECORDING" and pressed == "Start" then pressed = "Stop" at("Stop").EventHandler() end
end
io.stderr:write(shown)

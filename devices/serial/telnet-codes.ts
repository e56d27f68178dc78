/** Telnet's commands (RFC 854). Those from `WILL` to `DONT` name an option. */
export const SUBNEGOTIATION_END = 240;
export const SUBNEGOTIATION = 250;
export const WILL = 251;
export const WONT = 252;
export const DO = 253;
export const DONT = 254;
/** Stands before every command, and twice for itself. */
export const IAC = 255;

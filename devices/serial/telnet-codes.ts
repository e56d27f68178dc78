/** Telnet's commands (RFC 854). Those from `WILL` to `DONT` name an option. */
export const SUBNEGOTIATION_END = 240;
/** Opens what is said about one option. */
export const SUBNEGOTIATION = 250;
/** The sender will use an option. */
export const WILL = 251;
/** The sender will not use an option. */
export const WONT = 252;
/** The other side may use an option. */
export const DO = 253;
/** The other side may not use an option. */
export const DONT = 254;
/** Stands before every command, and twice for itself. */
export const IAC = 255;

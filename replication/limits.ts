// Every bound of the replication protocol that is not configured, by name: queue sizes, waiting times.

/** Epochs from one comparison of the replicas' checkpoints to the next. */
export const CHECKPOINT_EPOCHS = 1024;

/** Log bytes that the backup's machine has not come past, above which the primary waits at its next boundary. It
 *  bounds the queues at both replicas. */
export const MAXIMUM_UNREPLAYED_LOG_BYTES = 8 << 20;
/** The same while a new backup restores the state and cannot use any log yet. */
export const MAXIMUM_UNRESTORED_LOG_BYTES = 64 << 20;
/** The most of its speed that a primary gives up for its backup to catch up. */
export const CATCH_UP_SHARE = 1 / 4;
/** Lag of the backup up to which the primary runs at full speed, in nanoseconds: about what log and acknowledgements take
 *  on their way. From there on it gives up a share of its speed that grows with the lag, up to CATCH_UP_SHARE when the
 *  lag is longer by LAG_SPAN_NS: the backup's lag is what a take-over has to make up for. */
export const EASY_LAG_NS = 40_000_000;
export const LAG_SPAN_NS = 100_000_000;
/** What the primary gives up, it gives up in pieces of at least this many nanoseconds. */
export const SHORTEST_BREAK_NS = 2_000_000;
/** Output bytes that the gateway has not confirmed, above which the primary waits at its next boundary. */
export const MAXIMUM_UNCONFIRMED_OUTPUT_BYTES = 4 << 20;

/** Log bytes collected in the machine's thread, above which they are handed over even within an epoch. */
export const FLUSH_LOG_BYTES = 64 << 10;
/** The same for output bytes. */
export const FLUSH_OUTPUT_BYTES = 64 << 10;
/** Nanoseconds that an output may wait in the machine's thread for company. */
export const FLUSH_INTERVAL_NS = 5_000_000n;
/** The same for log that no output depends on. A backup that takes over has to make up for as much; but each post wakes
 *  three threads, and at 20 ms that cost computing pairs on two cores 1 to 2 % more of their speed. */
export const FLUSH_LOG_INTERVAL_NS = 50_000_000n;

/** A standard output write is cut into items of at most this size: the same cuts on every replica. */
export const MAXIMUM_OUTPUT_ITEM_BYTES = 64 << 10;
/** A file read answers at most this much, so that its value fits into one frame. */
export const MAXIMUM_READ_BYTES = 4 << 20;
/** A piece of standard input has at most this many bytes; the launcher holds one. */
export const MAXIMUM_INPUT_BYTES = 64 << 10;
/** Signals, changes of membership, failed outputs, and under the relaxed rule answers of standard input, that the gateway
 *  tells a new primary of again; earlier ones have long been logged. */
export const MAXIMUM_KEPT_ACTIONS = 64;
/** Outputs that a backup may have come to before a new primary has, where outputs are compared. */
export const MAXIMUM_EARLY_OUTPUTS = 1 << 20;
/** Checkpoints that a primary remembers for its backups to be compared with. */
export const MAXIMUM_KEPT_CHECKPOINTS = 256;
/** Largest frame that a link accepts. */
export const MAXIMUM_FRAME_BYTES = 64 << 20;
/** Longest list (external actions of a boundary, names of a folder) that a log record may hold. */
export const MAXIMUM_LIST_LENGTH = 1 << 24;

/** Room for the copy of a state is made ready in slices of this size; the event loop turns between them. */
export const PREPARED_SLICE_BYTES = 256 << 10;
/** What the room has more than the state had when it was measured: a share of it, and so many bytes. */
export const SAVE_ROOM_SPARE_SHARE = 1 / 8;
export const SAVE_ROOM_SPARE_BYTES = 4 << 20;
/** States that a new backup holds while it makes its machine: as it has come, and as it goes on. */
export const STATES_OF_NEWCOMER = 2;

/** The state of a machine travels to a new backup in frames of at most this size, one in each turn of the event loop, so
 *  that the program's outputs pass between them. */
export const STATE_CHUNK_BYTES = 256 << 10;
/** Largest state that a new backup takes. */
export const MAXIMUM_STATE_BYTES = 6 * 2 ** 30;
/** Time before another try when a new backup is lost before it is whole; doubled with every try up to the longest. */
export const FIRST_RETRY_MS = 100;
export const LONGEST_RETRY_MS = 10_000;
/** Lost replicas that the register still shows. */
export const MAXIMUM_LOST_SHOWN = 8;

/** Links to a replica that has not been told of them yet. */
export const MAXIMUM_EARLY_LINKS = 32;
/** Longest hello that is read: it comes from anybody. */
export const MAXIMUM_HELLO_BYTES = 4096;
/** Time a new connection has for saying who it is. */
export const HELLO_TIMEOUT_MS = 10_000;
/** Bytes that a connection may send before it has said who it is, the WebSocket's own request included. */
export const MAXIMUM_STRANGER_BYTES = 32 << 10;
/** Connections at once that have not said yet who they are; further ones are closed unheard. */
export const MAXIMUM_STRANGERS = 64;
/** Time that a refused connection has for reading why. */
export const REFUSAL_GRACE_MS = 1000;

/** Bytes waiting for one path of a link, above which it is given up where another path takes them. */
export const MAXIMUM_PATH_BUFFER_BYTES = 8 << 20;
/** Bytes of frames that are kept for paths which are added later; what was sent before them must be acknowledged. */
export const MAXIMUM_RETAINED_BYTES = 32 << 20;
/** Received bytes after which the other side is told at once that it need not keep them. */
export const ACKNOWLEDGED_PATH_BYTES = 1 << 20;
/** How often each path of several is asked for a sign of life, and how many it may miss while another one shows some. */
export const PATH_SIGN_INTERVAL_MS = 500;
export const MISSED_PATH_SIGNS = 3;
/** Time that the other paths have for a sign of life when one breaks: the other process may be gone. */
export const LOST_PATH_PROBE_MS = 1000;
/** Time before a lost path is dialled again; doubled with every try up to the longest. */
export const FIRST_REDIAL_MS = 100;
export const LONGEST_REDIAL_MS = 5000;
/** Time that a replica process has from its start to its first word. */
export const START_TIMEOUT_MS = 120_000;
/** Time after the end of a replica by SIGINT, SIGTERM or SIGHUP in which the launcher's own such signal comes, if any. */
export const OWN_SIGNAL_MS = 200;
/** Turns of the launcher's event loop in which it waits for the answer of a suspected replica. */
export const PROBE_TURNS = 10;
/** Silences of a replica that answers the launcher, one after the other, before its link counts as cut. */
export const SILENCES_BEFORE_CUT = 10;
/** How often a machine's thread tells the vitals that heartbeats carry. */
export const PULSE_INTERVAL_MS = 50;
/** How often a replica tells the launcher of its epoch. */
export const STATUS_INTERVAL_MS = 1000;
/** How often it tells of its other figures as well: so many times more seldom. */
export const FIGURES_EVERY = 2;
/** The state file is written at least this often. */
export const STATE_FILE_INTERVAL_MS = 1000;
/** After a signal to the program it is looked at so many times, so far apart, whether the output moves on; where it does
 *  not so many times in a row, the signal ends the launcher. */
export const SIGNAL_WATCH_TURNS = 100;
export const SIGNAL_TURN_MS = 100;
export const SIGNAL_STUCK_TURNS = 10;
/** Time that a replica whose machine has failed waits for its last outputs to be released. */
export const FAILURE_GRACE_MS = 1000;

/** What replicas have said lately, so that two that say the same are heard once; and the longest line of it. */
export const MAXIMUM_KEPT_NOTICES = 64;
export const MAXIMUM_NOTICE_CHARACTERS = 8192;
/** Changes of a pair that are kept for those who ask for them later. */
export const MAXIMUM_KEPT_EVENTS = 1000;
/** Longest name of a Unix socket, in bytes, that every system takes. */
export const MAXIMUM_SOCKET_PATH_BYTES = 103;
/** A socket of that age that nobody listens at has been left behind. */
export const STALE_SOCKET_MS = 10_000;
/** Connections that each endpoint for management holds at once, and how many of them may follow the events. */
export const MAXIMUM_MANAGEMENT_CONNECTIONS = 64;
export const MAXIMUM_FOLLOWERS = 16;
/** Longest head of a request to it. */
export const MAXIMUM_REQUEST_HEAD_BYTES = 8 << 10;
/** Time that a client has for its request, and that an idle connection stays open. */
export const REQUEST_TIMEOUT_MS = 4000;
/** Events that a follower has not read, above which it is not followed any more. */
export const MAXIMUM_UNREAD_EVENT_BYTES = 1 << 20;
/** Time that the followers have for reading the last events when the pair ends. */
export const STREAM_END_MS = 500;

/** Files and bytes of a class path that a launcher compares with other nodes. */
export const MAXIMUM_CLASS_PATH_FILES = 20_000;
export const MAXIMUM_CLASS_PATH_BYTES = 1 << 30;
/** Class path files travel in frames of this size. */
export const FILE_CHUNK_BYTES = 1 << 20;
/** Copies of class path files that nobody has used for so long are deleted. */
export const UNUSED_COPY_DAYS = 30;
/** How often launcher and agent tell each other that they are alive. */
export const AGENT_BEAT_INTERVAL_MS = 100;
/** Time without a word from its launcher, which may only have been stopped, after which an agent ends its replicas. */
export const LAUNCHER_SILENCE_MS = 60_000;
/** Time that an agent has for each of: being reached, looking at its files, taking a frame of one that is sent, starting a
 *  process. */
export const AGENT_TIMEOUT_MS = 30_000;
/** Time before an agent that is lost is dialled again. */
export const AGENT_REDIAL_MS = 2000;
/** Replicas that an agent runs at once, for all launchers. */
export const MAXIMUM_AGENT_REPLICAS = 256;
/** What a replica writes on its standard error travels in pieces of this size. */
export const MAXIMUM_STDERR_TEXT = 8192;

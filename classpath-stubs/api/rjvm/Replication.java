package rjvm;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What a program may know of its replicas. All of it is the same on every replica at the same point of the program, and
 * changes only when an event is delivered. On other Java machines a program has one replica, itself.
 */
public final class Replication {
    private static final List<ReplicationListener> LISTENERS = new CopyOnWriteArrayList<>();

    private Replication() {}

    /** Replicas that can go on, the primary included: so many less one may be lost without the program being lost. */
    public static int replicaCount() {
        return 1;
    }

    /** Replicas that the program was started with. */
    public static int initialReplicaCount() {
        return 1;
    }

    /** Whether the program was started with more than one replica. */
    public static boolean isReplicated() {
        return initialReplicaCount() > 1;
    }

    /** Whether fewer replicas can go on than the program was started with. */
    public static boolean isDegraded() {
        return replicaCount() < initialReplicaCount();
    }

    /** Adds a listener for the events from now on. */
    public static void addListener(ReplicationListener listener) {
        LISTENERS.add(Objects.requireNonNull(listener));
        listen();
    }

    /** Takes a listener out again; false where it was not there. */
    public static boolean removeListener(ReplicationListener listener) {
        return LISTENERS.remove(listener);
    }

    /** From now on events are wanted. */
    private static void listen() {}

    /** Tells all listeners; rjvm calls it. What one of them throws is reported as if it had ended the thread. */
    private static void tell(boolean isLost, String replica, int replicaCount) {
        for (ReplicationListener listener : LISTENERS) {
            try {
                if (isLost) listener.replicaLost(replica, replicaCount);
                else listener.replicaJoined(replica, replicaCount);
            } catch (Throwable failure) {
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
            }
        }
    }
}

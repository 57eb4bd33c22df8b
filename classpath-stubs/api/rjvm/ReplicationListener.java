package rjvm;

/** Hears what happens to the replicas of this program, in a thread of rjvm's own, one event after the other. */
public interface ReplicationListener {
    /**
     * A replica was lost.
     *
     * @param replica its name
     * @param replicaCount replicas that can go on, the primary included
     */
    default void replicaLost(String replica, int replicaCount) {}

    /**
     * A new replica is whole.
     *
     * @param replica its name
     * @param replicaCount replicas that can go on, the primary included
     */
    default void replicaJoined(String replica, int replicaCount) {}
}

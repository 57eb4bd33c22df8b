package rjvm;

/**
 * Something has happened to the replicas of this program. Thrown in a thread that is within a try statement with a catch
 * clause for exactly this class or for the subclass that is thrown; nobody else is disturbed.
 */
public class ReplicationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String replica;
    private final int replicaCount;

    /** @param replica name of the replica that it is about */
    protected ReplicationException(String message, String replica) {
        super(message);
        this.replica = replica;
        this.replicaCount = Replication.replicaCount();
    }

    /** Name of the replica that was lost or has joined. */
    public String replica() {
        return replica;
    }

    /** Replicas that could go on when this was thrown, the primary included. */
    public int replicaCount() {
        return replicaCount;
    }
}

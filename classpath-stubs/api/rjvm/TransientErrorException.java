package rjvm;

import java.io.IOException;

/** An output was under way when a replica was lost, and whether it has happened cannot be known. */
public class TransientErrorException extends IOException {
    private static final long serialVersionUID = 1L;

    public TransientErrorException(String message) {
        super(message);
    }
}

package org.expunge.unlearning.request;

/**
 * What the ledger keeps of a request that could not be done as it was asked. Why is said to whoever asked, and not
 * kept: it may name rows.
 *
 * @param request its id
 * @param runDigest SHA-256 of the manifest of the run that was to forget, and stands
 */
public record RefusedRequest(String request, String runDigest) {}

package org.expunge.unlearning.request;

/**
 * What the ledger keeps of a request whose rows a run had lost before it came in.
 *
 * @param request its id
 * @param runDigest SHA-256 of the manifest of the run that has none of the rows
 */
public record AnsweredRequest(String request, String runDigest) {}

package org.expunge.unlearning.verify;

/**
 * What one gate says.
 *
 * @param gate its name
 * @param verdict pass, fail or inconclusive
 * @param reason why, with the figures it looked at
 */
public record GateResult(String gate, Verdict verdict, String reason) {}

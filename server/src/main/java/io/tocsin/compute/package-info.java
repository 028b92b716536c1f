/**
 * What we ask of a cloud: a small interface, its records, and the Nova client behind it.
 *
 * <h2>What recovery must know about Nova</h2>
 *
 * Read in Nova's source (master of August 2026; in brackets where). None of it is in Nova's API
 * reference.
 *
 * <p><b>Evacuate.</b>
 *
 * <ul>
 *   <li>A second evacuate of a server under evacuation is <em>accepted</em>, since release 26 and
 *       in the older branches that were maintained then: only {@code vm_state} is looked at, not
 *       {@code task_state} (bug 1978983, {@code API.evacuate} in {@code compute/api.py}). Older
 *       Nova answers 409. So nothing but looking first keeps a server from being evacuated twice.
 *   <li>Accepted states are active, stopped and error; others get 409, and so does a server that
 *       never ran. The states are checked before the host: 400 "Compute service of … is still in
 *       use." comes while the source's service counts as up. A named target that is unknown is a
 *       404, the source itself a 400.
 *   <li>Before it answers, Nova sets {@code task_state} to {@code rebuilding} and writes a
 *       migration record. A look after an unanswered call therefore tells whether it acted.
 *   <li>The host changes <em>last</em> ({@code ResourceTracker.finish_evacuation}): first {@code
 *       vm_state} active and no task, then, for a stopped server, {@code powering-off} and stopped,
 *       and only then the new host. A server on another host is done; one on its old host without a
 *       task may be an instant away from it, and is not a failure yet.
 *   <li>Active stays active and stopped stays stopped; error becomes active ({@code
 *       _do_rebuild_instance}).
 *   <li>Failures: no valid host (conductor) and anything that breaks on the target end with {@code
 *       vm_state} error, no task, the old host and a fault. A claim or group policy that fails on
 *       the target puts the <em>old</em> state back, without task and without a visible fault
 *       ({@code InstanceFaultRollback}): it looks as if nothing had happened. A target that dies
 *       leaves {@code rebuilding} for ever.
 *   <li>A lock does not stop an administrator; evacuate does not even look at it.
 *   <li>A source host that comes back removes its copies of what was evacuated; until it has,
 *       {@code forced_down} cannot be taken back (400, {@code _check_for_evacuations}).
 * </ul>
 *
 * <p><b>Where an evacuation is heading</b> is told by its row of {@code os-migrations} alone.
 *
 * <ul>
 *   <li>The API writes it with status {@code accepted} and, if the caller named a host, {@code
 *       dest_compute}. The target writes both {@code dest_compute}, its service host, and {@code
 *       pre-migrating} when it claims room ({@code _claim_existing_migration}); what the scheduler
 *       chose is shown nowhere before. Those two statuses are all unfinished ones there are.
 *   <li>It ends as {@code done}, {@code failed} (on the target) or {@code error} (no valid host);
 *       the source that comes back makes it {@code completed}. A target that dies leaves it {@code
 *       pre-migrating} for ever, a lost message leaves it {@code accepted}. A second evacuate
 *       writes a second row and does not touch the first, so only the latest counts.
 *   <li>Below 2.59 the list has no order and no pages, and filters nobody knows have no effect
 *       ({@code list_query_schema_v20}). Callers without the right to see hosts find null for them
 *       ({@code os-migrations:index:host}).
 * </ul>
 *
 * <p><b>Lock, state, power.</b>
 *
 * <ul>
 *   <li>An administrator's lock replaces the owner's, and unlock removes either: lock only what is
 *       not locked, unlock only what we locked.
 *   <li>{@code os-resetState} works in every state and clears the task.
 *   <li>Stop needs active or error, start needs stopped, both no task; otherwise 409. On a dead
 *       host the task they set stays for ever.
 * </ul>
 *
 * <p><b>Services.</b> One {@code PUT /os-services/{id}} takes status, reason (1 to 255 characters)
 * and {@code forced_down} together ({@code _update_v253}), and may be repeated. A forced-down
 * service is down at once, whatever its heartbeat. Disabling one that only looks up makes Nova wait
 * for it, for a minute and more, after it stored the change ({@code
 * _update_compute_provider_status}).
 *
 * <p><b>Lists.</b> {@code host} is matched exactly, and ignored without a word for callers without
 * the right to use it. {@code changes-since} is in whole seconds, inclusive, and shows deleted
 * servers. A full page has a next link, so the last page may be empty. A marker whose server was
 * deleted gives 400. A fault is shown in the states error and deleted only.
 */
@NullMarked
package io.tocsin.compute;

import org.jspecify.annotations.NullMarked;

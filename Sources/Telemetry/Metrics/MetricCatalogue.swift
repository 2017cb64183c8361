/// Everything that the metrics page shows, on one page. `docs/operations/monitoring.md` explains it to operators; a
/// test holds the two together. What is not here is not exported.
extension Metric {
    /// From a tenth of a millisecond to ten seconds.
    private static let secondsBounds = [
        0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10,
    ]

    // MARK: Contact centre

    public static let queueWaiting = Metric(
        "engawa_queue_waiting_interactions", .gauge, "Interactions that wait in a queue, offered ones included.")
    public static let queueOffered = Metric(
        "engawa_queue_offered_interactions", .gauge, "Interactions of a queue for which an agent is alerted now.")
    public static let queueLongestWait = Metric(
        "engawa_queue_longest_wait_seconds", .gauge, "How long the oldest interaction of a queue has waited.")
    public static let queueAgents = Metric(
        "engawa_queue_agents", .gauge, "Agents on queue, by what they do: idle or interacting.")
    public static let routingDecisions = Metric(
        "engawa_routing_decisions_total", .counter,
        "Records of decisions by outcome: assigned, nobody, lost (too many waited to be written).")
    public static let queueServiceLevel = Metric(
        "engawa_queue_service_level_ratio", .gauge,
        "Share of a queue's messages that were answered in time, of those answered or abandoned in the last half hour.")
    public static let queueEstimatedWait = Metric(
        "engawa_queue_estimated_wait_seconds", .gauge, "How long the next message of a queue is likely to wait.")
    public static let conversationsOpen = Metric(
        "engawa_conversations_open", .gauge, "Conversations with work under way that this process knows.")
    public static let channelMessages = Metric(
        "engawa_channel_messages_total", .counter, "Messages that this process committed, by integration.")
    public static let channelFailures = Metric(
        "engawa_channel_failures_total", .counter, "Messages that an integration did not take in the end.")
    public static let channelLastMessage = Metric(
        "engawa_channel_last_message_timestamp_seconds", .gauge, "When an integration last had a message.")
    public static let guestSessions = Metric(
        "engawa_guest_sessions", .gauge, "Sessions of web messaging with a connection to this process.")
    public static let referrals = Metric(
        "engawa_referrals_total", .counter,
        "Messages that came by an entry point, by source: qr, link, site; unknown for one that is not in use.")
    public static let notificationChannels = Metric(
        "engawa_notification_channels", .gauge, "Notification channels of this process, with a socket or without.")

    // MARK: Journal

    public static let commits = Metric(
        "engawa_commits_total", .counter,
        "Commits by outcome: committed, duplicate, conflict, refused (too many wait), failed.")
    public static let commitGroupSize = Metric(
        "engawa_commit_group_size", .histogram(bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256]),
        "Commits and other writes that shared one transaction.")
    public static let commitGroupSeconds = Metric(
        "engawa_commit_group_seconds", .histogram(bounds: secondsBounds), "How long a transaction took, sync included.")
    public static let commitSyncSeconds = Metric(
        "engawa_commit_sync_seconds", .histogram(bounds: secondsBounds),
        "How long COMMIT took, which is when the disk syncs.")
    public static let commitsWaiting = Metric(
        "engawa_commits_waiting", .gauge, "Writes that wait for the next transaction.")
    public static let logPosition = Metric(
        "engawa_log_position", .gauge, "The position of the last event that this process has seen.")
    public static let followerLagEvents = Metric(
        "engawa_follower_lag_events", .gauge, "Events that a follower has still to deal with.")
    public static let followerLagSeconds = Metric(
        "engawa_follower_lag_seconds", .gauge, "Age of the oldest event that a follower has in hand; 0 for none.")
    public static let followerRunning = Metric(
        "engawa_follower_running", .gauge, "1 while a follower or a due service is at work in this process.")
    public static let followerFailures = Metric(
        "engawa_follower_failures_total", .counter, "How often a follower's work failed and was tried again.")
    public static let outboxEntries = Metric(
        "engawa_outbox_entries", .gauge,
        "Entries of the outbox, counted up to 10,000: all, due now, parked for a person.")
    public static let outboxOldest = Metric(
        "engawa_outbox_oldest_age_seconds", .gauge, "Age of the oldest message that has still to be sent.")
    public static let pushNotifications = Metric(
        "engawa_push_notifications_total", .counter,
        "Attempts to tell guests' devices of a message, by service (APNS, FCM) and outcome: accepted, retried, gone, "
            + "refused, expired, unconfigured.")
    public static let pushWaiting = Metric(
        "engawa_push_waiting", .gauge, "Notifications that wait for their devices, counted up to 10,000.")
    public static let timersDue = Metric(
        "engawa_timers_due", .gauge, "Timers that are due and were not carried out yet, counted up to 10,000.")
    public static let databaseReads = Metric(
        "engawa_database_reads", .gauge, "Queries under way or waiting for a connection.")
    public static let databaseReconnects = Metric(
        "engawa_database_reconnects_total", .counter, "How often a connection to the database was made again.")
    public static let databaseUp = Metric(
        "engawa_database_up", .gauge, "1 if the database answered the questions of this page.")
    public static let blobOperations = Metric(
        "engawa_blob_operations_total", .counter, "Reads, writes and removals of the blob store by outcome.")

    // MARK: Wire

    public static let httpRequests = Metric(
        "engawa_http_requests_total", .counter, "Requests by route and class of status.")
    public static let httpRequestSeconds = Metric(
        "engawa_http_request_seconds", .histogram(bounds: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10]),
        "How long a request took until its answer was ready to be written.")
    public static let socketsOpen = Metric("engawa_sockets_open", .gauge, "Open sockets by kind.")
    public static let socketsOpened = Metric("engawa_sockets_opened_total", .counter, "Sockets that were opened.")
    public static let socketsClosed = Metric(
        "engawa_sockets_closed_total", .counter,
        "Sockets that ended, by why: client, server, slow_reader, protocol, unresponsive, shutdown, lost.")
    public static let socketReceivedBytes = Metric(
        "engawa_socket_received_bytes_total", .counter, "Bytes of messages that sockets received.")
    public static let socketSentBytes = Metric(
        "engawa_socket_sent_bytes_total", .counter, "Bytes that sockets handed to the network, frames included.")

    // MARK: Process

    public static let buildInfo = Metric("engawa_build_info", .gauge, "1, with the version and the schema as labels.")
    public static let ready = Metric("engawa_ready", .gauge, "1 for each part of /health/ready that is ready.")
    public static let spansDropped = Metric(
        "engawa_spans_dropped_total", .counter, "Spans of the tracing that were not exported.")
    public static let processResident = Metric(
        "process_resident_memory_bytes", .gauge, "Resident memory size in bytes.")
    public static let processVirtual = Metric("process_virtual_memory_bytes", .gauge, "Virtual memory size in bytes.")
    public static let processCPU = Metric(
        "process_cpu_seconds_total", .counter, "Total user and system CPU time spent in seconds.")
    public static let processOpenFiles = Metric("process_open_fds", .gauge, "Number of open file descriptors.")
    public static let processFilesMax = Metric("process_max_fds", .gauge, "Maximum number of open file descriptors.")
    public static let processStart = Metric(
        "process_start_time_seconds", .gauge, "Start time of the process since unix epoch in seconds.")

    /// All of them.
    public static let all: [Metric] = [
        queueWaiting, queueOffered, queueLongestWait, queueAgents, queueServiceLevel, queueEstimatedWait,
        routingDecisions, conversationsOpen, channelMessages, channelFailures, channelLastMessage, guestSessions,
        referrals, notificationChannels, commits, commitGroupSize, commitGroupSeconds, commitSyncSeconds,
        commitsWaiting, logPosition, followerLagEvents, followerLagSeconds,
        followerRunning, followerFailures, outboxEntries, outboxOldest, pushNotifications, pushWaiting, timersDue,
        databaseReads, databaseReconnects, databaseUp, blobOperations, httpRequests, httpRequestSeconds, socketsOpen,
        socketsOpened, socketsClosed, socketReceivedBytes, socketSentBytes, buildInfo, ready, spansDropped,
        processResident, processVirtual, processCPU, processOpenFiles, processFilesMax, processStart,
    ]
}

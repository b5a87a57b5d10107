package fields

import "github.com/pcappipe/pcappipe/record"

// Places in sctpLayer. Chunks are read in sctpchunk.go, parameters and error
// causes in sctpparam.go.
const (
	sctpSrcPort = iota
	sctpDstPort
	sctpTag
	sctpChecksum
	sctpChunkType
	sctpChunkBit1
	sctpChunkBit2
	sctpChunkFlags
	sctpChunkLength
	sctpDataI
	sctpDataU
	sctpDataB
	sctpDataE
	sctpTSN
	sctpStream
	sctpStreamSeq
	sctpDataReserved
	sctpMessage
	sctpPayloadProto
	sctpFragmentSeq
	sctpInitTag
	sctpInitCredit
	sctpInitOut
	sctpInitIn
	sctpInitTSN
	sctpInitAckTag
	sctpInitAckCredit
	sctpInitAckOut
	sctpInitAckIn
	sctpInitAckTSN
	sctpSackNonce
	sctpSackTSN
	sctpSackWindow
	sctpSackGaps
	sctpSackDuplicates
	sctpGapStart
	sctpGapEnd
	sctpDuplicate
	sctpNRNonce
	sctpNRTSN
	sctpNRWindow
	sctpNRGaps
	sctpNRFinal
	sctpNRDuplicates
	sctpNRReserved
	sctpNRGapStart
	sctpNRGapEnd
	sctpNRFinalStart
	sctpNRFinalEnd
	sctpNRDuplicate
	sctpAbortT
	sctpShutdownTSN
	sctpCookie
	sctpEchoTSN
	sctpReducedTSN
	sctpCompleteT
	sctpKeyID
	sctpHMACID
	sctpHMAC
	sctpForwardTSN
	sctpForwardStream
	sctpForwardSeq
	sctpIForwardTSN
	sctpIForwardStream
	sctpIForwardFlags
	sctpIForwardReserved
	sctpIForwardU
	sctpForwardMessage
	sctpConfSeq
	sctpConfAckSeq
	sctpDropM
	sctpDropB
	sctpDropT
	sctpDropBandwidth
	sctpDropQueue
	sctpDropLength
	sctpDropReserved
	sctpDropData
	sctpPadData
	sctpChunkValue
	sctpChunkPadding
	sctpParamType
	sctpParamBit1
	sctpParamBit2
	sctpParamLength
	sctpParamInfo
	sctpParamIPv4
	sctpParamIPv6
	sctpParamCookie
	sctpParamLife
	sctpParamHost
	sctpParamFamily
	sctpConfRequest
	sctpConfResponse
	sctpConfLast
	sctpConfResult
	sctpConfNext
	sctpConfReceiver
	sctpConfStream
	sctpAddOut
	sctpAddOutReserved
	sctpAddIn
	sctpAddInReserved
	sctpRandom
	sctpAuthChunk
	sctpExtension
	sctpCorrelation
	sctpAdaptation
	sctpParamValue
	sctpParamPadding
	sctpCause
	sctpCauseLength
	sctpCauseStream
	sctpCauseReserved
	sctpCauseMissing
	sctpCauseParam
	sctpCauseStale
	sctpCauseTSN
	sctpCauseInfo
	sctpCausePadding
)

var sctpLayer = record.Layer{Key: "sctp", Fields: []record.Field{
	sctpSrcPort:          one("sctp.srcport", record.Uint, "RFC 9260, 3.1", "source port"),
	sctpDstPort:          one("sctp.dstport", record.Uint, "RFC 9260, 3.1", "destination port"),
	sctpTag:              one("sctp.verification_tag", record.Uint, "RFC 9260, 3.1", "verification tag"),
	sctpChecksum:         one("sctp.checksum", record.Uint, "RFC 9260, 3.1", "checksum"),
	sctpChunkType:        many("sctp.chunk_type", record.Uint, "RFC 9260, 3.2", "chunk type"),
	sctpChunkBit1:        many("sctp.chunk_bit_1", record.Bool, "RFC 9260, 3.2", "skip an unknown chunk, else stop"),
	sctpChunkBit2:        many("sctp.chunk_bit_2", record.Bool, "RFC 9260, 3.2", "report an unknown chunk"),
	sctpChunkFlags:       many("sctp.chunk_flags", record.Uint, "RFC 9260, 3.2", "chunk flags"),
	sctpChunkLength:      in("bytes", many("sctp.chunk_length", record.Uint, "RFC 9260, 3.2", "chunk length, its head included, padding not")),
	sctpDataI:            many("sctp.data_i_bit", record.Bool, "RFC 7053, 3", "data: acknowledge at once"),
	sctpDataU:            many("sctp.data_u_bit", record.Bool, "RFC 9260, 3.3.1", "data: unordered"),
	sctpDataB:            many("sctp.data_b_bit", record.Bool, "RFC 9260, 3.3.1", "data: first fragment"),
	sctpDataE:            many("sctp.data_e_bit", record.Bool, "RFC 9260, 3.3.1", "data: last fragment"),
	sctpTSN:              many("sctp.data_tsn_raw", record.Uint, "RFC 9260, 3.3.1", "data: transmission sequence number"),
	sctpStream:           many("sctp.data_sid", record.Uint, "RFC 9260, 3.3.1", "data: stream"),
	sctpStreamSeq:        many("sctp.data_ssn", record.Uint, "RFC 9260, 3.3.1", "data: stream sequence number"),
	sctpDataReserved:     many("sctp.data_reserved", record.Uint, "RFC 8260, 2.1", "interleaved data: reserved"),
	sctpMessage:          many("sctp.data_mid", record.Uint, "RFC 8260, 2.1", "interleaved data: message"),
	sctpPayloadProto:     many("sctp.data_payload_proto_id", record.Uint, "RFC 9260, 3.3.1", "data: payload protocol"),
	sctpFragmentSeq:      many("sctp.data_fsn", record.Uint, "RFC 8260, 2.1", "interleaved data: fragment sequence number"),
	sctpInitTag:          many("sctp.init_initiate_tag", record.Uint, "RFC 9260, 3.3.2", "init: tag that the peer has to use"),
	sctpInitCredit:       in("bytes", many("sctp.init_credit", record.Uint, "RFC 9260, 3.3.2", "init: receiver window")),
	sctpInitOut:          many("sctp.init_nr_out_streams", record.Uint, "RFC 9260, 3.3.2", "init: outbound streams"),
	sctpInitIn:           many("sctp.init_nr_in_streams", record.Uint, "RFC 9260, 3.3.2", "init: inbound streams, at most"),
	sctpInitTSN:          many("sctp.init_initial_tsn", record.Uint, "RFC 9260, 3.3.2", "init: first transmission sequence number"),
	sctpInitAckTag:       many("sctp.initack_initiate_tag", record.Uint, "RFC 9260, 3.3.3", "init acknowledgement: tag that the peer has to use"),
	sctpInitAckCredit:    in("bytes", many("sctp.initack_credit", record.Uint, "RFC 9260, 3.3.3", "init acknowledgement: receiver window")),
	sctpInitAckOut:       many("sctp.initack_nr_out_streams", record.Uint, "RFC 9260, 3.3.3", "init acknowledgement: outbound streams"),
	sctpInitAckIn:        many("sctp.initack_nr_in_streams", record.Uint, "RFC 9260, 3.3.3", "init acknowledgement: inbound streams, at most"),
	sctpInitAckTSN:       many("sctp.initack_initial_tsn", record.Uint, "RFC 9260, 3.3.3", "init acknowledgement: first transmission sequence number"),
	sctpSackNonce:        many("sctp.sack_nounce_sum", record.Uint, "RFC 9260, 3.3.4", "sack: lowest flag, once a nonce's sum"),
	sctpSackTSN:          many("sctp.sack_cumulative_tsn_ack_raw", record.Uint, "RFC 9260, 3.3.4", "sack: all up to here has arrived"),
	sctpSackWindow:       in("bytes", many("sctp.sack_a_rwnd", record.Uint, "RFC 9260, 3.3.4", "sack: receiver window")),
	sctpSackGaps:         many("sctp.sack_number_of_gap_blocks", record.Uint, "RFC 9260, 3.3.4", "sack: number of blocks behind gaps"),
	sctpSackDuplicates:   many("sctp.sack_number_of_duplicated_tsns", record.Uint, "RFC 9260, 3.3.4", "sack: number of duplicates"),
	sctpGapStart:         many("sctp.sack_gap_block_start", record.Uint, "RFC 9260, 3.3.4", "sack: block's first, counted from the number acknowledged"),
	sctpGapEnd:           many("sctp.sack_gap_block_end", record.Uint, "RFC 9260, 3.3.4", "sack: block's last"),
	sctpDuplicate:        many("sctp.sack_duplicate_tsn", record.Uint, "RFC 9260, 3.3.4", "sack: what arrived again"),
	sctpNRNonce:          many("sctp.nr_sack_nounce_sum", record.Uint, "draft-tuexen-tsvwg-sctp-multipath, 4.3", "nr-sack: lowest flag"),
	sctpNRTSN:            many("sctp.nr_sack_cumulative_tsn_ack", record.Uint, "draft-tuexen-tsvwg-sctp-multipath, 4.3", "nr-sack: all up to here has arrived"),
	sctpNRWindow:         in("bytes", many("sctp.nr_sack_a_rwnd", record.Uint, "draft-tuexen-tsvwg-sctp-multipath, 4.3", "nr-sack: receiver window")),
	sctpNRGaps:           many("sctp.nr_sack_number_of_gap_blocks", record.Uint, "draft-tuexen-tsvwg-sctp-multipath, 4.3", "nr-sack: number of blocks behind gaps"),
	sctpNRFinal:          many("sctp.nr_sack_number_of_nr_gap_blocks", record.Uint, "draft-tuexen-tsvwg-sctp-multipath, 4.3", "nr-sack: number of blocks that are not taken back"),
	sctpNRDuplicates:     many("sctp.nr_sack_number_of_duplicated_tsns", record.Uint, "draft-tuexen-tsvwg-sctp-multipath, 4.3", "nr-sack: number of duplicates"),
	sctpNRReserved:       many("sctp.nr_sack_reserved", record.Uint, "draft-tuexen-tsvwg-sctp-multipath, 4.3", "nr-sack: reserved"),
	sctpNRGapStart:       many("sctp.nr_sack_gap_block_start", record.Uint, "draft-tuexen-tsvwg-sctp-multipath, 4.3", "nr-sack: block's first"),
	sctpNRGapEnd:         many("sctp.nr_sack_gap_block_end", record.Uint, "draft-tuexen-tsvwg-sctp-multipath, 4.3", "nr-sack: block's last"),
	sctpNRFinalStart:     many("sctp.nr_sack_nr_gap_block_start", record.Uint, "draft-tuexen-tsvwg-sctp-multipath, 4.3", "nr-sack: first of a block that is not taken back"),
	sctpNRFinalEnd:       many("sctp.nr_sack_nr_gap_block_end", record.Uint, "draft-tuexen-tsvwg-sctp-multipath, 4.3", "nr-sack: last of a block that is not taken back"),
	sctpNRDuplicate:      many("sctp.nr_sack_duplicate_tsn", record.Uint, "draft-tuexen-tsvwg-sctp-multipath, 4.3", "nr-sack: what arrived again"),
	sctpAbortT:           many("sctp.abort_t_bit", record.Bool, "RFC 9260, 3.3.7", "abort: the verification tag is the sender's own"),
	sctpShutdownTSN:      many("sctp.shutdown_cumulative_tsn_ack", record.Uint, "RFC 9260, 3.3.8", "shutdown: all up to here has arrived"),
	sctpCookie:           many("sctp.cookie", record.Bytes, "RFC 9260, 3.3.11", "cookie that is sent back"),
	sctpEchoTSN:          many("sctp.ecne_lowest_tsn", record.Uint, "RFC 9260, appendix A", "congestion echo: lowest number"),
	sctpReducedTSN:       many("sctp.cwr_lowest_tsn", record.Uint, "RFC 9260, appendix A", "congestion window reduced: lowest number"),
	sctpCompleteT:        many("sctp.shutdown_complete_t_bit", record.Bool, "RFC 9260, 3.3.13", "shutdown complete: the verification tag is the sender's own"),
	sctpKeyID:            many("sctp.shared_key_id", record.Uint, "RFC 4895, 4.1", "authentication: shared key"),
	sctpHMACID:           many("sctp.hmac_id", record.Uint, "RFC 4895, 3.3", "authentication: hash"),
	sctpHMAC:             many("sctp.hmac", record.Bytes, "RFC 4895, 4.1", "authentication: code"),
	sctpForwardTSN:       many("sctp.forward_tsn_tsn", record.Uint, "RFC 3758, 3.2", "forward: skip up to here"),
	sctpForwardStream:    many("sctp.forward_tsn_sid", record.Uint, "RFC 3758, 3.2", "forward: stream"),
	sctpForwardSeq:       many("sctp.forward_tsn_ssn", record.Uint, "RFC 3758, 3.2", "forward: last number skipped in it"),
	sctpIForwardTSN:      many("sctp.i_forward_tsn_tsn", record.Uint, "RFC 8260, 2.3.1", "interleaved forward: skip up to here"),
	sctpIForwardStream:   many("sctp.i_forward_tsn_sid", record.Uint, "RFC 8260, 2.3.1", "interleaved forward: stream"),
	sctpIForwardFlags:    many("sctp.i_forward_tsn_flags", record.Uint, "RFC 8260, 2.3.1", "interleaved forward: flags"),
	sctpIForwardReserved: many("sctp.i_forward_tsn_res", record.Uint, "RFC 8260, 2.3.1", "interleaved forward: reserved"),
	sctpIForwardU:        many("sctp.i_forward_tsn_u_bit", record.Bool, "RFC 8260, 2.3.1", "interleaved forward: of unordered messages"),
	sctpForwardMessage:   many("sctp.forward_tsn_mid", record.Uint, "RFC 8260, 2.3.1", "interleaved forward: last message skipped"),
	sctpConfSeq:          many("sctp.asconf_seq_nr_number", record.Uint, "RFC 5061, 4.1.1", "address configuration: sequence number"),
	sctpConfAckSeq:       many("sctp.asconf_ack_seq_nr_number", record.Uint, "RFC 5061, 4.1.2", "address configuration acknowledged: sequence number"),
	sctpDropM:            many("sctp.pckdrop_m_bit", record.Bool, "draft-stewart-sctp-pktdrprep, 3.1", "packet drop: from a box on the way"),
	sctpDropB:            many("sctp.pckdrop_b_bit", record.Bool, "draft-stewart-sctp-pktdrprep, 3.1", "packet drop: its checksum was wrong"),
	sctpDropT:            many("sctp.pckdrop_t_bit", record.Bool, "draft-stewart-sctp-pktdrprep, 3.1", "packet drop: what follows is cut"),
	sctpDropBandwidth:    many("sctp.pktdrop_bandwidth", record.Uint, "draft-stewart-sctp-pktdrprep, 3.1", "packet drop: bandwidth"),
	sctpDropQueue:        many("sctp.pktdrop_queuesize", record.Uint, "draft-stewart-sctp-pktdrprep, 3.1", "packet drop: bytes in the queue"),
	sctpDropLength:       in("bytes", many("sctp.pktdrop_truncated_length", record.Uint, "draft-stewart-sctp-pktdrprep, 3.1", "packet drop: length before it was cut")),
	sctpDropReserved:     many("sctp.pktdrop_reserved", record.Uint, "draft-stewart-sctp-pktdrprep, 3.1", "packet drop: reserved"),
	sctpDropData:         many("sctp.pktdrop_datafield", record.Bytes, "draft-stewart-sctp-pktdrprep, 3.1", "packet drop: the packet"),
	sctpPadData:          many("sctp.padding_data", record.Bytes, "RFC 4820, 3", "padding chunk: its bytes"),
	sctpChunkValue:       many("sctp.chunk_value", record.Bytes, "RFC 9260, 3.2", "value of a chunk of no known type"),
	sctpChunkPadding:     many("sctp.chunk_padding", record.Bytes, "RFC 9260, 3.2", "padding behind a chunk"),
	sctpParamType:        many("sctp.parameter_type", record.Uint, "RFC 9260, 3.2.1", "parameter type"),
	sctpParamBit1:        many("sctp.parameter_bit_1", record.Bool, "RFC 9260, 3.2.1", "skip an unknown parameter, else stop"),
	sctpParamBit2:        many("sctp.parameter_bit_2", record.Bool, "RFC 9260, 3.2.1", "report an unknown parameter"),
	sctpParamLength:      in("bytes", many("sctp.parameter_length", record.Uint, "RFC 9260, 3.2.1", "parameter length, its head included, padding not")),
	sctpParamInfo:        many("sctp.parameter_heartbeat_information", record.Bytes, "RFC 9260, 3.3.5", "heartbeat: what is to be sent back"),
	sctpParamIPv4:        many("sctp.parameter_ipv4_address", record.Address, "RFC 9260, 3.3.2.1", "IPv4 address"),
	sctpParamIPv6:        many("sctp.parameter_ipv6_address", record.Address, "RFC 9260, 3.3.2.1", "IPv6 address"),
	sctpParamCookie:      many("sctp.parameter_state_cookie", record.Bytes, "RFC 9260, 3.3.3.1", "state cookie"),
	sctpParamLife:        in("milliseconds", many("sctp.parameter_cookie_preservative_incr", record.Uint, "RFC 9260, 3.3.2.1", "longer life that is asked for the cookie")),
	sctpParamHost:        many("sctp.parameter_hostname", record.Text, "RFC 9260, 3.3.2.1", "host name"),
	sctpParamFamily:      many("sctp.parameter_supported_address_type", record.Uint, "RFC 9260, 3.3.2.1", "address type that is supported"),
	sctpConfRequest:      many("sctp.parameter_reconfig_request_sequence_number", record.Uint, "RFC 6525, 4.1", "reconfiguration: request"),
	sctpConfResponse:     many("sctp.parameter_reconfig_response_sequence_number", record.Uint, "RFC 6525, 4.1", "reconfiguration: request that is answered"),
	sctpConfLast:         many("sctp.parameter_senders_last_assigned_tsn", record.Uint, "RFC 6525, 4.1", "reconfiguration: sender's last number"),
	sctpConfResult:       many("sctp.parameter_reconfig_response_result", record.Uint, "RFC 6525, 4.4", "reconfiguration: result"),
	sctpConfNext:         many("sctp.parameter_senders_next_tsn", record.Uint, "RFC 6525, 4.4", "reconfiguration: sender's next number"),
	sctpConfReceiver:     many("sctp.parameter_receivers_next_tsn", record.Uint, "RFC 6525, 4.4", "reconfiguration: receiver's next number"),
	sctpConfStream:       many("sctp.parameter_reconfig_sid", record.Uint, "RFC 6525, 4.1", "reconfiguration: stream"),
	sctpAddOut:           many("sctp.parameter_add_outgoing_streams_number", record.Uint, "RFC 6525, 4.5", "reconfiguration: outgoing streams to add"),
	sctpAddOutReserved:   many("sctp.parameter_add_outgoing_streams_reserved", record.Uint, "RFC 6525, 4.5", "reconfiguration: reserved"),
	sctpAddIn:            many("sctp.parameter_add_incoming_streams_number", record.Uint, "RFC 6525, 4.6", "reconfiguration: incoming streams to add"),
	sctpAddInReserved:    many("sctp.parameter_add_incoming_streams_reserved", record.Uint, "RFC 6525, 4.6", "reconfiguration: reserved"),
	sctpRandom:           many("sctp.random_number", record.Bytes, "RFC 4895, 3.1", "authentication: random number"),
	sctpAuthChunk:        many("sctp.chunk_type_to_auth", record.Uint, "RFC 4895, 3.2", "authentication: chunk type to be authenticated"),
	sctpExtension:        many("sctp.supported_chunk_type", record.Uint, "RFC 5061, 4.2.7", "chunk type that is supported"),
	sctpCorrelation:      many("sctp.correlation_id", record.Uint, "RFC 5061, 4.2", "address configuration: request"),
	sctpAdaptation:       many("sctp.adaptation_layer_indication", record.Uint, "RFC 5061, 4.2.6", "adaptation layer"),
	sctpParamValue:       many("sctp.parameter_value", record.Bytes, "RFC 9260, 3.2.1", "value of a parameter of no known type"),
	sctpParamPadding:     many("sctp.parameter_padding", record.Bytes, "RFC 9260, 3.2.1", "padding behind a parameter"),
	sctpCause:            many("sctp.cause_code", record.Uint, "RFC 9260, 3.3.10", "error cause"),
	sctpCauseLength:      in("bytes", many("sctp.cause_length", record.Uint, "RFC 9260, 3.3.10", "length of an error cause, its head included, padding not")),
	sctpCauseStream:      many("sctp.cause_stream_identifier", record.Uint, "RFC 9260, 3.3.10.1", "error: invalid stream"),
	sctpCauseReserved:    many("sctp.cause_reserved", record.Uint, "RFC 9260, 3.3.10.1", "error: reserved"),
	sctpCauseMissing:     many("sctp.cause_nr_of_missing_parameters", record.Uint, "RFC 9260, 3.3.10.2", "error: number of missing parameters"),
	sctpCauseParam:       many("sctp.cause_missing_parameter_type", record.Uint, "RFC 9260, 3.3.10.2", "error: missing parameter"),
	sctpCauseStale:       in("microseconds", many("sctp.cause_measure_of_staleness", record.Uint, "RFC 9260, 3.3.10.3", "error: how much too late the cookie is")),
	sctpCauseTSN:         many("sctp.cause_tsn", record.Uint, "RFC 9260, 3.3.10.9", "error: data chunk without data"),
	sctpCauseInfo:        many("sctp.cause_information", record.Bytes, "RFC 9260, 3.3.10", "error: more about it"),
	sctpCausePadding:     many("sctp.cause_padding", record.Bytes, "RFC 9260, 3.3.10", "padding behind an error cause"),
}}
